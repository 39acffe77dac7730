namespace NetKd.Capture.Sessions;

/// <summary>The data channel that one poke response opened: its key, and the sequence numbers of both sides.</summary>
internal sealed class DataKey
{
    private readonly byte[] _response;
    private ulong _lastToHost;
    private ulong _lastToTarget;

    public DataKey(in KdNetKey key, ReadOnlySpan<byte> response)
    {
        _response = response.ToArray();
        ChannelKeys.LoadData(Cipher, key, response);
    }

    public DatagramCipher Cipher { get; } = new();

    public bool IsOf(ReadOnlySpan<byte> response) => response.SequenceEqual(_response);

    /// <summary>Takes a sequence number; false when it is not above the last. Tells how many were passed over.</summary>
    public bool TakeSequence(ulong sequence, bool fromHost, out ulong missing)
    {
        ref ulong last = ref fromHost ? ref _lastToTarget : ref _lastToHost;
        missing = 0;
        if (sequence <= last) return false;
        missing = sequence - last - 1;
        last = sequence;
        return true;
    }
}
