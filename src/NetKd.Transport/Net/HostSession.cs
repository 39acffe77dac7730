using System.Net;

namespace NetKd.Transport.Net;

/// <summary>
/// The data channel that one poke response opened: its keys, its sequence numbers, and the boot that it belongs to.
/// </summary>
internal sealed class HostSession
{
    private readonly DatagramCipher _receive = new();
    private readonly DatagramCipher _send = new();
    private readonly byte[] _targetRandom;
    private SequenceGuard _received;
    private ulong _sent;

    internal HostSession(in KdNetKey key, ReadOnlySpan<byte> response, ReadOnlySpan<byte> targetRandom, byte version, SocketAddress remote)
    {
        ChannelKeys.LoadData(_receive, key, response);
        ChannelKeys.LoadData(_send, key, response);
        _targetRandom = targetRandom.ToArray();
        Version = version;
        Remote = new SocketAddress(remote.Family, remote.Size);
        remote.Buffer.Span[..remote.Size].CopyTo(Remote.Buffer.Span);
    }

    internal byte Version { get; }

    internal SocketAddress Remote { get; private set; }

    internal bool IsSameBoot(ReadOnlySpan<byte> targetRandom) => targetRandom.SequenceEqual(_targetRandom);

    internal bool IsSameBootAs(HostSession other) => IsSameBoot(other._targetRandom);

    internal DatagramFault Open(ReadOnlySpan<byte> datagram, Span<byte> plaintext, out DatagramInfo info) =>
        DatagramCodec.Open(_receive, datagram, plaintext, fromHost: false, out info);

    internal bool AcceptSequence(ulong sequence) => _received.Accept(sequence);

    internal int Seal(Span<byte> datagram, int bodyLength) =>
        DatagramCodec.Seal(_send, datagram, bodyLength, Version, control: false, fromHost: true, ++_sent);

    /// <summary>
    /// Follows a target whose address translation gave it another port. Only for datagrams that are authentic and new.
    /// </summary>
    internal void Follow(SocketAddress from)
    {
        if (from.Equals(Remote)) return;
        SocketAddress moved = new(from.Family, from.Size);
        from.Buffer.Span[..from.Size].CopyTo(moved.Buffer.Span);
        Remote = moved;
    }

    internal void Forget()
    {
        _receive.Forget();
        _send.Forget();
    }
}
