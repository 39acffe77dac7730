using NetKd.Protocol.Net;

namespace NetKd.Target.Server;

/// <summary>What came over the data channel.</summary>
public enum BodyKind
{
    /// <summary>Nothing within the time given.</summary>
    None,
    /// <summary>A break-in request.</summary>
    BreakIn,
    /// <summary>A KD packet, still to be checked.</summary>
    Packet,
    /// <summary>A new data key: a debugger has connected, for the first time or again.</summary>
    Connected,
    /// <summary>The debugger behind a new data key knows nothing of the session so far: it must be told what happened.</summary>
    NewHost,
}

/// <summary>
/// The target's end of KDNET: pokes, takes the response, derives the data key, and carries KD packets
/// (facts: kdnet-wire, sections 1 to 3). Nothing that fails authentication is answered or has an effect beyond a counter.
/// </summary>
public sealed class KdNetEndpoint
{
    // The documented cadence is about three seconds; until somebody answers, a person is waiting, so the first pokes come faster.
    private const long EagerPokeInterval = 250_000;
    private const long PokeInterval = 1_000_000;
    private const long ConnectedPokeInterval = 3_000_000;
    private const int EagerPokes = 40;

    // Pokes may cross their answers on a slow network: an answer to one of the last few counts.
    private const ulong AnswerablePokes = 4;

    // Datagrams without effect that are taken past the deadline. A bare-metal target polls in its timer interrupt: whoever floods it with
    // rubbish must not hold it there. What waits behind them is taken by the next call.
    private const int MaxDatagramsPastDeadline = 32;

    private readonly DatagramPort _port;
    private readonly KdServerSettings _settings;
    private readonly DatagramCipher _control = new DatagramCipher();
    private readonly DatagramCipher _data = new DatagramCipher();
    private readonly byte[] _datagram;
    private readonly byte[] _plaintext;
    private readonly byte[] _send;
    private readonly byte[] _poke = new byte[Poke.BodySize];
    private SequenceGuard _received;
    private PeerAddress _host;
    private ulong _nonce;
    private ulong _controlSequence;
    private ulong _dataSequence;
    private long _nextPoke;
    private int _pokesSent;
    private int _answeredPoke;
    private int _bodyOffset;
    private int _bodyLength;
    private bool _holdsFirst;

    /// <summary>Makes an endpoint; nothing is sent before the first <see cref="Receive"/>.</summary>
    public KdNetEndpoint(DatagramPort port, in KdServerSettings settings)
    {
        _port = port;
        _settings = settings;
        int longest = settings.LargeMemory > 0 ? DatagramCodec.LargeSize : DatagramCodec.MaxSize;
        _datagram = new byte[longest];
        _plaintext = new byte[longest];
        _send = new byte[longest];
        _nonce = settings.FirstNonce;
        Version = settings.ProtocolVersion;
        _nextPoke = port.Microseconds;
        ChannelKeys.LoadControl(_control, settings.Key);
    }

    /// <summary>True once a debugger has answered.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>The version in use: the target's own until a response has named another.</summary>
    public byte Version { get; private set; }

    /// <summary>Bytes of memory that the debugger may ask for at once; 0 for what NT gives.</summary>
    public int LargeMemory => _settings.LargeMemory;

    /// <summary>Datagrams that were refused: damaged, with another key, replayed or meant for nobody here.</summary>
    public uint Rejected { get; private set; }

    /// <summary>Pokes sent.</summary>
    public uint Pokes => (uint)_pokesSent;

    /// <summary>The body that the last <see cref="Receive"/> returned, valid until the next.</summary>
    public ReadOnlySpan<byte> Body => ((ReadOnlySpan<byte>)_plaintext).Slice(_bodyOffset, _bodyLength);

    /// <summary>Takes what comes within a time in microseconds, and pokes when it is time to.</summary>
    public BodyKind Receive(int waitMicroseconds)
    {
        if (_holdsFirst)
        {
            _holdsFirst = false;
            return UnencryptedKind();
        }

        long now = _port.Microseconds;
        long deadline = now + waitMicroseconds;
        int past = 0;
        while (true)
        {
            if (now >= _nextPoke) SendPoke(now);
            long until = deadline < _nextPoke ? deadline : _nextPoke;
            int wait = until > now ? (int)(until - now) : 0;
            int length = _port.Receive(_datagram, wait, out PeerAddress from);
            if (length > 0)
            {
                BodyKind kind = Take(((ReadOnlySpan<byte>)_datagram).Slice(0, length), from);
                if (kind != BodyKind.None) return kind;
            }

            now = _port.Microseconds;
            bool late = now >= deadline || _port.IsClosed;
            if (late && (length == 0 || ++past == MaxDatagramsPastDeadline)) return BodyKind.None;
        }
    }

    /// <summary>Sends a KD packet, or a break-in byte, to the connected debugger.</summary>
    public void Send(ReadOnlySpan<byte> body)
    {
        if (!IsConnected) return;
        if (_settings.IsUnencrypted)
        {
            _port.Send(body, _host);
            return;
        }

        body.CopyTo(((Span<byte>)_send).Slice(DatagramCodec.BodyOffset));
        int length = DatagramCodec.Seal(_data, _send, body.Length, Version, control: false, fromHost: false, ++_dataSequence);
        _port.Send(((ReadOnlySpan<byte>)_send).Slice(0, length), _host);
    }

    private BodyKind Take(ReadOnlySpan<byte> datagram, in PeerAddress from)
    {
        if (_settings.IsUnencrypted) return TakeUnencrypted(datagram, from);
        DatagramFault fault = DatagramCodec.Inspect(datagram, out _, out bool control, _datagram.Length);
        if (fault == DatagramFault.None && !control && !IsConnected) fault = DatagramFault.Channel;
        DatagramInfo info = default;
        if (fault == DatagramFault.None)
            fault = DatagramCodec.Open(control ? _control : _data, datagram, _plaintext, fromHost: true, out info);
        if (fault != DatagramFault.None)
        {
            Rejected++;
            return BodyKind.None;
        }

        _bodyOffset = info.BodyOffset;
        _bodyLength = info.BodyLength;
        if (control) return TakeControl(from, info.Version);
        if (!_received.Accept(info.Sequence))
        {
            Rejected++;
            return BodyKind.None;
        }

        if (_bodyLength == 1 && Body[0] == PacketHeader.BreakInByte) return BodyKind.BreakIn;
        return BodyKind.Packet;
    }

    // Whatever comes first makes the connection; after that only its sender counts (facts: kdnet-wire, section 6).
    private BodyKind TakeUnencrypted(ReadOnlySpan<byte> datagram, in PeerAddress from)
    {
        if (IsConnected && !from.IsSame(_host))
        {
            Rejected++;
            return BodyKind.None;
        }

        datagram.CopyTo(_plaintext);
        _bodyOffset = 0;
        _bodyLength = datagram.Length;
        if (!IsConnected)
        {
            _host = from;
            IsConnected = true;
            _holdsFirst = true;
            return BodyKind.Connected;
        }

        return UnencryptedKind();
    }

    private BodyKind UnencryptedKind() =>
        _bodyLength == 1 && Body[0] == PacketHeader.BreakInByte ? BodyKind.BreakIn : BodyKind.Packet;

    private BodyKind TakeControl(in PeerAddress from, byte version)
    {
        if (_bodyLength == 0)
        {
            // A host that was told the target's address asks to be poked (facts: kdnet-wire, section 6).
            SendPokeTo(from);
            return BodyKind.None;
        }

        if (!AnswersRecentPoke(Body))
        {
            Rejected++;
            return BodyKind.None;
        }

        ChannelKeys.LoadData(_data, _settings.Key, Body);
        _host = from;
        Version = version;
        _received = default;
        _dataSequence = 0;
        IsConnected = true;
        _nextPoke = _port.Microseconds + ConnectedPokeInterval;
        Span<byte> check = stackalloc byte[ConnectionCheck.BodySize];
        ConnectionCheck.Write(check, _host);
        Send(check);
        return BodyKind.Connected;
    }

    private bool AnswersRecentPoke(ReadOnlySpan<byte> response)
    {
        Span<byte> candidate = stackalloc byte[Poke.BodySize];
        for (ulong age = 0; age < AnswerablePokes; age++)
        {
            ulong nonce = unchecked(_nonce - age);
            Poke.Write(candidate, nonce, _settings.TargetRandom, _port.LocalAddress, _settings.Host, _host);
            if (!PokeResponse.Answers(response, candidate)) continue;
            // A second answer to a poke, or an answer to an older one, would throw away the key that is in use.
            int number = _pokesSent - (int)age;
            if (number <= _answeredPoke) return false;
            _answeredPoke = number;
            return true;
        }

        return false;
    }

    private void SendPoke(long now)
    {
        if (_settings.IsUnencrypted)
        {
            if (!IsConnected && _settings.Host.Port != 0) SendUnencryptedGreeting();
        }
        else
        {
            if (_settings.Host.Port != 0) SendPokeTo(_settings.Host);
            // A debugger that came to us is not the one in our settings; it too learns from pokes that we are there, and of a restart.
            if (IsConnected && !_host.IsSame(_settings.Host)) SendPokeTo(_host);
        }

        _nextPoke = now + (IsConnected ? ConnectedPokeInterval : _pokesSent < EagerPokes ? EagerPokeInterval : PokeInterval);
    }

    private void SendUnencryptedGreeting()
    {
        Span<byte> check = stackalloc byte[ConnectionCheck.BodySize];
        ConnectionCheck.Write(check, _settings.Host);
        _pokesSent++;
        _port.Send(check, _settings.Host);
    }

    private void SendPokeTo(in PeerAddress to)
    {
        _nonce = unchecked(_nonce + 1);
        _pokesSent++;
        Poke.Write(_poke, _nonce, _settings.TargetRandom, _port.LocalAddress, _settings.Host, _host);
        ((ReadOnlySpan<byte>)_poke).CopyTo(((Span<byte>)_send).Slice(DatagramCodec.BodyOffset));
        int length = DatagramCodec.Seal(_control, _send, Poke.BodySize, _settings.ProtocolVersion, control: true, fromHost: false, ++_controlSequence);
        _port.Send(((ReadOnlySpan<byte>)_send).Slice(0, length), to);
    }
}
