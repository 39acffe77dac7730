using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace NetKd.Transport.Net;

/// <summary>How a session comes about: poke, response, connection check; and how it survives a restart or a move of the target.</summary>
public sealed partial class NetLink
{
    // Each answer makes a data key of its own. On a slow network the target may use any of the last few, so all of them are kept
    // until one proves itself by a connection check.
    private const int MaxCandidates = 4;

    // Bounds what a replayed poke can make us do.
    private static readonly long s_answerInterval = Stopwatch.Frequency / 50;

    private readonly NetConnectionOptions _options;
    private readonly KdNetKey _key;
    private readonly DatagramCipher _controlCipher = new();
    private readonly HostSession?[] _candidates = new HostSession?[MaxCandidates];
    private HostSession? _session;
    private int _nextCandidate;
    private long _lastAnswer;

    /// <summary>Opens the port, and listens or goes to the target.</summary>
    /// <exception cref="PortUnavailableException">The port is in use or cannot be opened.</exception>
    public NetLink(NetConnectionOptions options)
        : this(options, OpenSockets(options))
    {
    }

    /// <summary>Uses a port that is open already, and closes it in the end.</summary>
    public NetLink(NetConnectionOptions options, HostDatagramPort port)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(port);
        _options = options;
        _port = port;
        _outgoing = new OutgoingPacket(PacketCapacity, s_replyPatience, Statistics);
        _openedAt = port.Timestamp;
        _heardAt = _openedAt;
        if (options.Key is { } key)
        {
            _key = key;
            ChannelKeys.LoadControl(_controlCipher, key);
        }

        if (options.GoesToTarget) _targets = new TargetAddresses(options);
    }

    /// <summary>Opens the sockets that the options ask for.</summary>
    /// <exception cref="PortUnavailableException">The port is in use or cannot be opened.</exception>
    public static NetSockets OpenSockets(NetConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new NetSockets(options.GoesToTarget ? (ushort)0 : options.Port, options.Families);
    }

    /// <inheritdoc/>
    public override bool IsConnected => _session is not null || _unencryptedPeer is not null;

    /// <inheritdoc/>
    public override string Description => _session is { } session
        ? $"target {RemoteText(session.Remote)} on UDP port {_port.LocalPort}, KDNET version {session.Version}"
        : _unencryptedPeer is { } peer ? $"target {RemoteText(peer)} on UDP port {_port.LocalPort}, unencrypted"
        : _targets is not null ? $"target {_options.Target}, UDP port {_options.Port}"
        : $"UDP port {_port.LocalPort}, {FamiliesText}";

    private string FamiliesText => _port.Families switch
    {
        AddressFamilies.IPv4 => "IPv4 only",
        AddressFamilies.IPv6 => "IPv6 only",
        _ => "IPv4 and IPv6",
    };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        _port.Dispose();
        _controlCipher.Forget();
        _session?.Forget();
        foreach (HostSession? candidate in _candidates) candidate?.Forget();
    }

    private LinkSignal TakeControl(ReadOnlySpan<byte> datagram, byte version)
    {
        DatagramFault fault = DatagramCodec.Open(_controlCipher, datagram, _plaintext, fromHost: false, out DatagramInfo info);
        if (fault != DatagramFault.None) return Reject(fault, version);
        ReadOnlySpan<byte> poke = _plaintext.AsSpan(info.BodyOffset, info.BodyLength);
        if (!Poke.IsPoke(poke)) return Reject(DatagramFault.Length, version);
        Statistics.Pokes++;
        _heardAt = _port.Timestamp;

        SocketAddress from = _port.From;
        if (_session is { } session && session.IsSameBoot(Poke.TargetRandom(poke)) && SameHost(session.Remote, from)) return LinkSignal.None;
        long now = _port.Timestamp;
        if (now - _lastAnswer < s_answerInterval) return LinkSignal.None;
        _lastAnswer = now;
        _sightings.Add(from, DatagramFault.None, version);
        Answer(poke, info, from);
        return LinkSignal.None;
    }

    /// <summary>
    /// Answers a poke. The session that is open stays open until the new key has proved itself: a poke recorded on an earlier day
    /// is authentic too, and must not cut a live session.
    /// </summary>
    private void Answer(ReadOnlySpan<byte> poke, in DatagramInfo info, SocketAddress from)
    {
        byte version = PokeResponse.NegotiatedVersion(info.Version);
        Span<byte> hostRandom = stackalloc byte[PokeResponse.HostRandomSize];
        RandomNumberGenerator.Fill(hostRandom);
        Span<byte> response = _sealed.AsSpan(DatagramCodec.BodyOffset, PokeResponse.BodySize);
        lock (_sendLock)
        {
            PokeResponse.Write(response, poke, hostRandom);
            _candidates[_nextCandidate]?.Forget();
            _candidates[_nextCandidate] = new HostSession(_key, response, Poke.TargetRandom(poke), version, from);
            _nextCandidate = (_nextCandidate + 1) % MaxCandidates;
            int length = DatagramCodec.Seal(_controlCipher, _sealed, PokeResponse.BodySize, version, control: true, fromHost: true, info.Sequence);
            SendDatagram(_sealed.AsSpan(0, length), from);
        }
    }

    /// <summary>Looks whether a datagram that the open session cannot read proves one of the answered keys.</summary>
    private LinkSignal TakeConnectionCheck(ReadOnlySpan<byte> datagram, byte version)
    {
        for (int i = 0; i < MaxCandidates; i++)
        {
            if (_candidates[i] is not { } candidate) continue;
            if (candidate.Open(datagram, _plaintext, out DatagramInfo info) != DatagramFault.None) continue;
            if (!candidate.AcceptSequence(info.Sequence)) break;
            if (!ConnectionCheck.IsCheck(_plaintext.AsSpan(info.BodyOffset, info.BodyLength))) return LinkSignal.None;
            _candidates[i] = null;
            return Open(candidate);
        }

        return Reject(DatagramFault.Authentication, version);
    }

    private LinkSignal Open(HostSession candidate)
    {
        HostSession? old = _session;
        bool sameBoot = old is not null && candidate.IsSameBootAs(old);
        lock (_sendLock) _session = candidate;
        old?.Forget();
        candidate.Follow(_port.From);
        _port.KeepFamilyOfLast();
        Tell(LinkNoticeKind.Information, $"Connected to target {RemoteText(candidate.Remote)} on port {_port.LocalPort}, KDNET version {candidate.Version}.");
        if (sameBoot)
        {
            // The same boot under a new key: packet ids go on (facts: kdnet-wire, section 3). What was under way is repeated at once.
            if (IsSending) Repeat(_port.Timestamp);
            return LinkSignal.Reconnected;
        }

        _expectedId = PacketIds.NetTargetInitial;
        _sendId = PacketIds.NetHostInitial;
        _outgoing.Finish();
        LargeMemory = 0;
        SendControl(PacketType.Resend, 0);
        return old is null ? LinkSignal.Connected : LinkSignal.Restarted;
    }

    private static bool SameHost(SocketAddress a, SocketAddress b)
    {
        if (a.Family != b.Family) return false;
        // sockaddr_in keeps the address at offset 4, sockaddr_in6 at offset 8; the port before them may differ behind translation.
        return a.Family == AddressFamily.InterNetwork
            ? a.Buffer.Span.Slice(4, 4).SequenceEqual(b.Buffer.Span.Slice(4, 4))
            : a.Buffer.Span.Slice(8, 16).SequenceEqual(b.Buffer.Span.Slice(8, 16));
    }

    private static string RemoteText(SocketAddress address) => SocketAddresses.EndPoint(address).Address.ToString();
}
