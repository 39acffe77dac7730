namespace NetKd.Capture.Sessions;

/// <summary>What the decoder remembers of a conversation beside its counts: keys, recent pokes, and the packets under way.</summary>
internal sealed class ConversationState(Conversation conversation) : IDisposable
{
    // A host keeps a few answered keys until one proves itself, and a capture in disorder may mix old with new.
    private const int MaxKeys = 8;
    private const int MaxPokes = 8;

    // The key in use first, then the newest.
    private readonly List<DataKey> _keys = [];
    private readonly Queue<(long Frame, byte[] Body)> _pokes = new();
    private SentPacket _lastToHost;
    private SentPacket _lastToTarget;
    private ManipulateApi? _requested;
    private long _requestedAt;

    public Conversation Conversation { get; } = conversation;

    public IReadOnlyList<DataKey> Keys => _keys;

    /// <summary>Keeps the key of a response; one that was seen already stays as it is.</summary>
    public void AddKey(in KdNetKey key, ReadOnlySpan<byte> response)
    {
        foreach (DataKey known in _keys)
        {
            if (known.IsOf(response)) return;
        }

        if (_keys.Count == MaxKeys)
        {
            _keys[^1].Cipher.Forget();
            _keys.RemoveAt(MaxKeys - 1);
        }

        // Behind the key in use: the new one takes over when the first datagram opens with it.
        _keys.Insert(Math.Min(1, _keys.Count), new DataKey(key, response));
    }

    /// <summary>Puts the key that opened a datagram first.</summary>
    public void Use(DataKey key)
    {
        if (ReferenceEquals(_keys[0], key)) return;
        _keys.Remove(key);
        _keys.Insert(0, key);
    }

    public void AddPoke(long frame, ReadOnlySpan<byte> body)
    {
        if (_pokes.Count == MaxPokes) _pokes.Dequeue();
        _pokes.Enqueue((frame, body.ToArray()));
    }

    /// <summary>The frame of the poke that a response answers, or null.</summary>
    public long? FindPoke(ReadOnlySpan<byte> response)
    {
        foreach ((long frame, byte[] body) in _pokes)
        {
            if (PokeResponse.Answers(response, body)) return frame;
        }

        return null;
    }

    /// <summary>Notes a data packet; true when its sender sent the same one last.</summary>
    public bool IsRepeat(in PacketHeader header, bool fromHost)
    {
        ref SentPacket last = ref fromHost ? ref _lastToTarget : ref _lastToHost;
        SentPacket now = new(header.Id, header.Type, header.ByteCount, header.Checksum);
        bool same = now == last;
        last = now;
        return same;
    }

    /// <summary>Notes a call or its reply; for the first reply, the time since the request was first sent.</summary>
    public long? TimeOf(ManipulateApi api, bool fromHost, long time)
    {
        if (fromHost)
        {
            _requested = api;
            _requestedAt = time;
            return null;
        }

        if (_requested != api || time < _requestedAt) return null;
        _requested = null;
        return time - _requestedAt;
    }

    public void Dispose()
    {
        foreach (DataKey key in _keys) key.Cipher.Forget();
    }

    private readonly record struct SentPacket(uint Id, PacketType Type, ushort ByteCount, uint Checksum);
}
