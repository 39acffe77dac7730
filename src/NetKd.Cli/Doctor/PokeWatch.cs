using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetKd.Protocol.Net;
using NetKd.Transport.Net;

namespace NetKd.Cli.Doctor;

/// <summary>
/// Watches a port and says what comes in. It answers nothing: an answered poke begins a session and takes the target from its debugger
/// (facts: kdnet-wire, section 2). One thread.
/// </summary>
internal sealed class PokeWatch : IDisposable
{
    // More senders than that are a flood, of which the first tell enough.
    private const int MaxSightings = 64;
    private const int PokeDatagramSize = 374;
    private const int WaitMicroseconds = 100_000;

    private readonly HostDatagramPort _port;
    private readonly DatagramCipher? _cipher;
    private readonly Dictionary<(IPEndPoint, SightingKind), PokeSighting> _sightings = [];
    private readonly Dictionary<IPEndPoint, byte[]> _boots = [];
    private readonly byte[] _buffer = new byte[DatagramCodec.MaxSize + 1];
    private readonly byte[] _plain = new byte[DatagramCodec.MaxSize];

    /// <summary>A watch on a port that stays the caller's. Without a key pokes are known by their size only.</summary>
    public PokeWatch(HostDatagramPort port, KdNetKey? key)
    {
        _port = port;
        if (key is not { } known) return;
        _cipher = new DatagramCipher();
        ChannelKeys.LoadControl(_cipher, known);
    }

    /// <summary>What was seen so far, the most telling kind first.</summary>
    public IReadOnlyList<PokeSighting> Sightings => [.. _sightings.Values.OrderBy(s => s.Kind).ThenByDescending(s => s.Count)];

    /// <summary>Watches until the time is over, it is cancelled, or <paramref name="isEnough"/> is true of a sighting.</summary>
    /// <param name="wait">How long, at most.</param>
    /// <param name="isEnough">Ends the watch.</param>
    /// <param name="beforeWaiting">Called about ten times a second: the place to send from.</param>
    /// <param name="cancellation">Ends the watch.</param>
    public void Run(TimeSpan wait, Func<PokeSighting, bool> isEnough, Action beforeWaiting, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < wait && !cancellation.IsCancellationRequested)
        {
            beforeWaiting();
            int length = _port.Receive(_buffer, WaitMicroseconds);
            if (length > 0 && Take(_buffer.AsSpan(0, length), SocketAddresses.EndPoint(_port.From)) is { } seen && isEnough(seen)) return;
        }
    }

    /// <summary>Judges one datagram; null when it is not counted because too much else was.</summary>
    public PokeSighting? Take(ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        SightingKind kind = Judge(datagram, out byte version, out int bodyOffset);
        if (!_sightings.TryGetValue((from, kind), out PokeSighting? seen))
        {
            if (_sightings.Count >= MaxSightings) return null;
            seen = new PokeSighting(from, kind, version, 0);
        }

        seen = seen with { Version = version, Count = seen.Count + 1 };
        if (kind == SightingKind.Poke) seen = ReadPoke(seen, _plain.AsSpan(bodyOffset, Poke.BodySize));
        return _sightings[(from, kind)] = seen;
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _cipher?.Forget();

    private SightingKind Judge(ReadOnlySpan<byte> datagram, out byte version, out int bodyOffset)
    {
        bodyOffset = 0;
        DatagramFault fault = DatagramCodec.Inspect(datagram, out version, out bool control);
        if (fault == DatagramFault.Version) return SightingKind.UnknownVersion;
        if (fault == DatagramFault.Magic || datagram.Length < DatagramCodec.ClearHeaderSize) return SightingKind.Foreign;
        if (fault != DatagramFault.None) return SightingKind.Malformed;
        // The data key follows from a handshake that we did not see; the MAC key does not, but the MAC is over the plaintext.
        if (!control) return SightingKind.SessionData;
        if (_cipher is null) return datagram.Length == PokeDatagramSize ? SightingKind.UncheckedPoke : SightingKind.Malformed;
        switch (DatagramCodec.Open(_cipher, datagram, _plain, fromHost: false, out DatagramInfo info))
        {
            case DatagramFault.None:
                bodyOffset = info.BodyOffset;
                return Poke.IsPoke(_plain.AsSpan(info.BodyOffset, info.BodyLength)) ? SightingKind.Poke : SightingKind.Malformed;
            case DatagramFault.Direction:
                return SightingKind.Debugger;
            case DatagramFault.Authentication:
                return SightingKind.OtherKey;
            default:
                return SightingKind.Malformed;
        }
    }

    private PokeSighting ReadPoke(PokeSighting seen, ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> boot = Poke.TargetRandom(body);
        int restarts = seen.Restarts;
        if (_boots.TryGetValue(seen.From, out byte[]? last) && !boot.SequenceEqual(last)) restarts++;
        _boots[seen.From] = boot.ToArray();
        return seen with { Restarts = restarts, Target = EndPoint(Poke.TargetAddress(body)), ConfiguredHost = EndPoint(Poke.ConfiguredHost(body)) };
    }

    private static IPEndPoint EndPoint(PeerAddress peer)
    {
        Span<byte> bytes = stackalloc byte[PeerAddress.Size];
        peer.Write(bytes);
        IPAddress address = new(bytes[..16]);
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, peer.Port);
    }
}
