using System.Buffers.Binary;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Debugger;
using NetKd.TargetOs.Devices;

namespace NetKd.TargetOs.Net;

/// <summary>
/// IPv6 with addresses that the machine forms itself: a link-local one, and a global one from a router's prefix (RFC 4862). Answers
/// neighbours and pings, finds neighbours and the router (RFC 4861).
/// </summary>
internal sealed class IPv6Layer : InternetLayer
{
    private const int ContentOffset = Ethernet.HeaderSize + IPv6.HeaderSize;
    private const int IcmpHeaderSize = 4;
    private const byte EchoRequest = 128;
    private const byte EchoReply = 129;
    private const byte HopLimit = 64;

    // RFC 4861, chapter 10; after the three quick ones it goes on asking, since the router may come up later than this machine.
    private const long SolicitationInterval = 4_000_000;
    private const long LateSolicitationInterval = 60_000_000;
    private const int MaxSolicitations = 3;

    private const ulong LinkLocalPrefix = 0xFE80_0000_0000_0000;

    private readonly NetworkAdapter _adapter;
    private readonly NeighbourTable _neighbours = new NeighbourTable();
    private readonly AutoconfiguredAddress _linkLocal = new AutoconfiguredAddress();
    private readonly AutoconfiguredAddress _global = new AutoconfiguredAddress();
    private readonly byte[] _received = new byte[Ethernet.MaxFrame];
    private readonly byte[] _sending = new byte[Ethernet.MaxFrame];

    // One packet waits for its neighbour's address (RFC 4861, 7.2.2): else each first packet would be lost.
    private readonly byte[] _waiting = new byte[Ethernet.MaxFrame];
    private readonly ulong _identifier;
    private int _waitingLength;
    private PeerAddress _waitingFor;
    private PeerAddress _router;
    private bool _prefixOnLink;
    private int _solicitations;
    private long _nextSolicitation;
    private PeerAddress _source;
    private ushort _destinationPort;
    private int _payloadOffset;
    private int _payloadLength;

    public IPv6Layer(NetworkAdapter adapter)
    {
        _adapter = adapter;
        _identifier = Identifier(adapter.HardwareAddress);
    }

    /// <summary>Frames that were refused: too short for what they say they are, or with a wrong checksum. Not those for others.</summary>
    public uint Rejected { get; private set; }

    public override PeerAddress LocalAddress => _global.IsPreferred ? _global.Address : _linkLocal.IsPreferred ? _linkLocal.Address : default;

    public override PeerAddress Source => _source;

    public override ushort DestinationPort => _destinationPort;

    public override ReadOnlySpan<byte> Payload => ((ReadOnlySpan<byte>)_received).Slice(_payloadOffset, _payloadLength);

    public override void Advance()
    {
        if (_linkLocal.IsNew) Try(_linkLocal, LinkLocalPrefix);
        if (_linkLocal.BecomesPreferred()) Report(_linkLocal, " link-local"u8);
        if (_global.BecomesPreferred()) Report(_global, " by router advertisement"u8);
        if (!_linkLocal.IsPreferred || !IPv6.IsUnspecified(_router)) return;
        long now = Clock.Microseconds;
        if (now < _nextSolicitation) return;
        _nextSolicitation = now + (++_solicitations < MaxSolicitations ? SolicitationInterval : LateSolicitationInterval);
        int length = NeighborDiscovery.WriteRouterSolicitation(Content, _adapter.HardwareAddress);

        // ff02::2, all routers.
        SendDiscovery(_linkLocal.Address, IPv6.Address(0xFF02_0000_0000_0000, 2), length);
    }

    public override bool Poll(out bool datagram)
    {
        datagram = false;
        int length = _adapter.Receive(_received);
        if (length == 0) return false;
        ReadOnlySpan<byte> frame = ((ReadOnlySpan<byte>)_received).Slice(0, length);
        if (length < Ethernet.HeaderSize) Rejected++;
        else if (Ethernet.Type(frame) == Ethernet.TypeIPv6) datagram = TakePacket(frame.Slice(Ethernet.HeaderSize));
        return true;
    }

    public override void SendUdp(ReadOnlySpan<byte> payload, ushort sourcePort, in PeerAddress to)
    {
        AutoconfiguredAddress own = IPv6.IsLinkLocal(to) ? _linkLocal : _global;
        int length = Udp.HeaderSize + payload.Length;
        if (!own.IsPreferred || to.IsIPv4 || ContentOffset + length > _sending.Length) return;
        IPv6 header = Header(IPv6.ProtocolUdp, own.Address, to, HopLimit);
        Span<byte> datagram = Content.Slice(0, length);
        payload.CopyTo(datagram.Slice(Udp.HeaderSize));
        Udp.Write(header.PseudoHeader(length), datagram, sourcePort, to.Port);
        Send(in header, length);
    }

    private Span<byte> Content => ((Span<byte>)_sending).Slice(ContentOffset);

    private bool TakePacket(ReadOnlySpan<byte> packet)
    {
        if (!IPv6.TryRead(packet, out IPv6 header, out ReadOnlySpan<byte> content)) return Reject();
        bool own = IsOwn(header.Destination);
        if (header.Protocol == IPv6.ProtocolUdp && own) return TakeUdp(in header, content);
        if (header.Protocol == IPv6.ProtocolIcmp && (own || IPv6.IsMulticast(header.Destination))) TakeIcmp(in header, content);
        return false;
    }

    private bool TakeUdp(in IPv6 header, ReadOnlySpan<byte> content)
    {
        InternetChecksum pseudo = header.PseudoHeader(content.Length);

        // Over IPv6 the checksum is not optional (RFC 8200, 8.1).
        if (!Udp.TryRead(pseudo, content, needsChecksum: true, out ushort port, out _destinationPort, out ReadOnlySpan<byte> payload)) return Reject();
        _source = header.Source;
        _source.Port = port;
        _payloadOffset = ContentOffset + Udp.HeaderSize;
        _payloadLength = payload.Length;
        return true;
    }

    private void TakeIcmp(in IPv6 header, ReadOnlySpan<byte> message)
    {
        InternetChecksum checksum = header.PseudoHeader(message.Length);
        checksum.Add(message);
        if (message.Length < IcmpHeaderSize || checksum.Result != 0)
        {
            Rejected++;
            return;
        }

        if (message[0] == EchoRequest)
        {
            Echo(in header, message);
            return;
        }

        // A router cannot have passed it on; all other proof that it comes from this link is missing (RFC 4861, 7.1).
        if (header.HopLimit != IPv6.LargestHopLimit || message[1] != 0) return;
        if (message[0] == NeighborDiscovery.RouterAdvertisement) TakeRouter(in header, message);
        else if (message.Length < NeighborDiscovery.Size) return;
        else if (message[0] == NeighborDiscovery.Solicitation) TakeSolicitation(in header, message);
        else if (message[0] == NeighborDiscovery.Advertisement) TakeAdvertisement(message);
    }

    /// <summary>Answers a ping (RFC 4443, 4.2): the same message back, of another type.</summary>
    private void Echo(in IPv6 request, ReadOnlySpan<byte> message)
    {
        if (!IsOwn(request.Destination) || IPv6.IsMulticast(request.Source) || ContentOffset + message.Length > _sending.Length) return;
        message.CopyTo(Content);
        Content[0] = EchoReply;
        SendIcmp(Header(IPv6.ProtocolIcmp, request.Destination, request.Source, HopLimit), message.Length);
    }

    private void TakeSolicitation(in IPv6 header, ReadOnlySpan<byte> message)
    {
        PeerAddress target = IPv6.ReadAddress(message.Slice(8));
        bool nameless = IPv6.IsUnspecified(header.Source);
        if (AddressFor(target) is { IsTentative: true } tentative)
        {
            // Somebody tries the same address at the same moment: neither may have it (RFC 4862, 5.4.3).
            if (nameless) Duplicate(tentative);
            return;
        }

        if (!IsOwn(target)) return;
        ReadOnlySpan<byte> options = message.Slice(NeighborDiscovery.Size);
        if (NeighborDiscovery.TryHardware(options, NeighborDiscovery.SourceHardware, out ReadOnlySpan<byte> hardware) && !nameless)
            Learn(header.Source, hardware, addNew: true);

        // Who has no address yet is answered by all nodes' group.
        PeerAddress to = nameless ? IPv6.Address(0xFF02_0000_0000_0000, 1) : header.Source;
        uint flags = NeighborDiscovery.Override | (nameless ? 0 : NeighborDiscovery.Solicited);
        int length = NeighborDiscovery.Write(Content, NeighborDiscovery.Advertisement, flags, target, NeighborDiscovery.TargetHardware, _adapter.HardwareAddress);
        SendDiscovery(target, to, length);
    }

    private void TakeAdvertisement(ReadOnlySpan<byte> message)
    {
        PeerAddress target = IPv6.ReadAddress(message.Slice(8));
        if (AddressFor(target) is { IsTentative: true } tentative)
        {
            Duplicate(tentative);
            return;
        }

        ReadOnlySpan<byte> options = message.Slice(NeighborDiscovery.Size);
        if (!NeighborDiscovery.TryHardware(options, NeighborDiscovery.TargetHardware, out ReadOnlySpan<byte> hardware)) return;
        Learn(target, hardware, addNew: _waitingLength != 0 && target.SameHost(_waitingFor));
    }

    private void TakeRouter(in IPv6 header, ReadOnlySpan<byte> message)
    {
        if (!IPv6.IsLinkLocal(header.Source)) return;
        if (!NeighborDiscovery.TryReadRouter(message, out ushort lifetime, out ulong prefix, out bool onLink, out ReadOnlySpan<byte> options)) return;
        if (lifetime != 0)
        {
            _router = header.Source;
            if (NeighborDiscovery.TryHardware(options, NeighborDiscovery.SourceHardware, out ReadOnlySpan<byte> hardware))
                Learn(header.Source, hardware, addNew: true);
        }
        else if (header.Source.SameHost(_router))
        {
            _router = default;
        }

        if (prefix == 0 || !_global.IsNew) return;
        _prefixOnLink = onLink;
        Try(_global, prefix);
    }

    private void Learn(in PeerAddress address, ReadOnlySpan<byte> hardware, bool addNew)
    {
        _neighbours.Learn(address, hardware, addNew, Clock.Microseconds);
        if (_waitingLength == 0 || !address.SameHost(_waitingFor)) return;
        hardware.CopyTo(_waiting);
        _adapter.Send(((ReadOnlySpan<byte>)_waiting).Slice(0, _waitingLength));
        _waitingLength = 0;
    }

    private void Try(AutoconfiguredAddress slot, ulong prefix)
    {
        slot.Try(IPv6.Address(prefix, _identifier));
        int length = NeighborDiscovery.Write(Content, NeighborDiscovery.Solicitation, 0, slot.Address, 0, default);
        SendDiscovery(default, IPv6.SolicitedNode(slot.Address), length);
    }

    private static void Duplicate(AutoconfiguredAddress slot)
    {
        slot.Refuse();
        Log.Begin("address "u8);
        Log.IPv6(slot.Address.High, slot.Address.Low);
        Log.Write(" is another machine's; it is not used"u8);
        Log.End();
    }

    private static void Report(AutoconfiguredAddress slot, ReadOnlySpan<byte> way)
    {
        Log.Begin("address "u8);
        Log.IPv6(slot.Address.High, slot.Address.Low);
        Log.Write(way);
        Log.End();
    }

    private AutoconfiguredAddress? AddressFor(in PeerAddress address) =>
        !_linkLocal.IsNew && address.SameHost(_linkLocal.Address) ? _linkLocal
        : !_global.IsNew && address.SameHost(_global.Address) ? _global
        : null;

    private bool IsOwn(in PeerAddress address) => AddressFor(address) is { IsPreferred: true };

    private static IPv6 Header(byte protocol, in PeerAddress source, in PeerAddress destination, byte hopLimit)
    {
        IPv6 header;
        header.Protocol = protocol;
        header.HopLimit = hopLimit;
        header.Source = source;
        header.Destination = destination;
        return header;
    }

    private void SendDiscovery(in PeerAddress source, in PeerAddress destination, int length) =>
        SendIcmp(Header(IPv6.ProtocolIcmp, source, destination, IPv6.LargestHopLimit), length);

    private void SendIcmp(in IPv6 header, int length)
    {
        Span<byte> message = Content.Slice(0, length);
        BinaryPrimitives.WriteUInt16BigEndian(message.Slice(2), 0);
        InternetChecksum checksum = header.PseudoHeader(length);
        checksum.Add(message);
        BinaryPrimitives.WriteUInt16BigEndian(message.Slice(2), checksum.Result);
        Send(in header, length);
    }

    /// <summary>Puts the headers in front of a payload that stands in the send buffer, and sends it to the next hop.</summary>
    private void Send(in IPv6 header, int payloadLength)
    {
        Span<byte> frame = ((Span<byte>)_sending).Slice(0, ContentOffset + payloadLength);
        header.Write(frame.Slice(Ethernet.HeaderSize), payloadLength);
        Span<byte> group = stackalloc byte[Ethernet.AddressSize];
        if (IPv6.IsMulticast(header.Destination))
        {
            IPv6.WriteMulticastHardware(group, header.Destination);
            Ethernet.Write(frame, group, _adapter.HardwareAddress, Ethernet.TypeIPv6);
            _adapter.Send(frame);
            return;
        }

        PeerAddress hop = NextHop(header.Destination);
        if (IPv6.IsUnspecified(hop)) return;
        bool known = _neighbours.TryFind(hop, Clock.Microseconds, out ReadOnlySpan<byte> hardware, out bool stale);
        Ethernet.Write(frame, hardware, _adapter.HardwareAddress, Ethernet.TypeIPv6);
        if (known)
        {
            _adapter.Send(frame);
        }
        else
        {
            frame.CopyTo(_waiting);
            _waitingLength = frame.Length;
            _waitingFor = hop;
        }

        if (stale) Solicit(header.Source, hop);
    }

    private void Solicit(in PeerAddress source, in PeerAddress hop)
    {
        int length = NeighborDiscovery.Write(Content, NeighborDiscovery.Solicitation, 0, hop, NeighborDiscovery.SourceHardware, _adapter.HardwareAddress);
        SendDiscovery(source, IPv6.SolicitedNode(hop), length);
    }

    /// <summary>Who takes the packet on this link; the unspecified address when nobody would.</summary>
    private PeerAddress NextHop(in PeerAddress destination)
    {
        if (IPv6.IsLinkLocal(destination)) return destination;
        bool near = _prefixOnLink && !_global.IsNew && destination.High == _global.Address.High;
        return near ? destination : _router;
    }

    /// <summary>The modified EUI-64 of an Ethernet address (RFC 2464, 4).</summary>
    private static ulong Identifier(ReadOnlySpan<byte> hardware)
    {
        ulong first = ((ulong)BinaryPrimitives.ReadUInt16BigEndian(hardware) << 8) | hardware[2];
        ulong last = ((ulong)hardware[3] << 16) | BinaryPrimitives.ReadUInt16BigEndian(hardware.Slice(4));
        return ((first ^ 0x02_0000) << 40) | (0xFFFEul << 24) | last;
    }

    private bool Reject()
    {
        Rejected++;
        return false;
    }
}
