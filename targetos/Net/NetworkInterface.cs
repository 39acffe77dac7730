using System.Buffers.Binary;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Devices;

namespace NetKd.TargetOs.Net;

/// <summary>
/// The machine's one network interface: takes frames, answers ARP and echo requests itself, hands over UDP. Polled, never waiting.
/// Interrupts are masked around every use: it is entered from the timer, from the debugger and from threads.
/// </summary>
internal sealed class NetworkInterface
{
    private const int UdpOffset = Ethernet.HeaderSize + IPv4.HeaderSize;
    private const byte EchoRequest = 8;
    private const int EchoHeaderSize = 8;

    private readonly NetworkAdapter _adapter;
    private readonly NeighbourTable _neighbours = new NeighbourTable();
    private readonly byte[] _received = new byte[Ethernet.MaxFrame];
    private readonly byte[] _sending = new byte[Ethernet.MaxFrame];

    // One packet waits for its neighbour's address, as RFC 1122, 2.3.2.2 asks: else each first packet would be lost.
    private readonly byte[] _waiting = new byte[Ethernet.MaxFrame];
    private int _waitingLength;
    private uint _waitingFor;

    private ushort _identification;
    private int _payloadOffset;
    private int _payloadLength;

    public NetworkInterface(NetworkAdapter adapter) => _adapter = adapter;

    /// <summary>Own address, 0 while there is none.</summary>
    public uint Address { get; set; }

    public uint SubnetMask { get; set; }

    /// <summary>Where packets for other networks go; 0 when there is no way out.</summary>
    public uint Router { get; set; }

    /// <summary>Sees every ARP packet, while it looks for an address of its own.</summary>
    public LinkLocalAddress? LinkLocal { get; set; }

    public ReadOnlySpan<byte> HardwareAddress => _adapter.HardwareAddress;

    /// <summary>Source address of the datagram that <see cref="Poll"/> found.</summary>
    public uint SourceAddress { get; private set; }

    public ushort SourcePort { get; private set; }

    /// <summary>Frames that were refused: too short for what they say they are, or with a wrong checksum. Not those for others.</summary>
    public uint Rejected { get; private set; }

    public ushort DestinationPort { get; private set; }

    /// <summary>The datagram's payload, valid until the next poll.</summary>
    public ReadOnlySpan<byte> Payload => ((ReadOnlySpan<byte>)_received).Slice(_payloadOffset, _payloadLength);

    /// <summary>Handles one frame. False when none was there; <paramref name="datagram"/> tells that it carried UDP for this machine.</summary>
    public bool Poll(out bool datagram)
    {
        datagram = false;
        int length = _adapter.Receive(_received);
        if (length == 0) return false;
        if (length < Ethernet.HeaderSize)
        {
            Rejected++;
            return true;
        }

        ReadOnlySpan<byte> frame = ((ReadOnlySpan<byte>)_received).Slice(0, length);
        switch (Ethernet.Type(frame))
        {
            case Ethernet.TypeArp:
                TakeArp(frame.Slice(Ethernet.HeaderSize));
                break;
            case Ethernet.TypeIPv4:
                datagram = TakeIPv4(frame);
                break;
        }

        return true;
    }

    /// <summary>
    /// Sends a UDP datagram. Dropped when it is too long or there is no way to the destination. The source is 0 for who asks for an
    /// address, whether the interface has another or not.
    /// </summary>
    public void SendUdp(ReadOnlySpan<byte> payload, ushort sourcePort, uint destination, ushort destinationPort, uint source)
    {
        int length = Udp.HeaderSize + payload.Length;
        if (UdpOffset + length > _sending.Length) return;
        IPv4 header = Header(IPv4.ProtocolUdp, destination);
        header.Source = source;
        Span<byte> datagram = ((Span<byte>)_sending).Slice(UdpOffset, length);
        payload.CopyTo(datagram.Slice(Udp.HeaderSize));
        Udp.Write(in header, datagram, sourcePort, destinationPort);
        SendIPv4(in header, length);
    }

    private bool TakeIPv4(ReadOnlySpan<byte> frame)
    {
        if (!IPv4.TryRead(frame.Slice(Ethernet.HeaderSize), out IPv4 header, out ReadOnlySpan<byte> content)) return Reject();
        bool broadcast = header.Destination == IPv4.BroadcastAddress;

        // While there is no address, DHCP's answer comes to the one that is being offered.
        if (!broadcast && header.Destination != Address && Address != 0) return false;
        if (header.Protocol == IPv4.ProtocolIcmp)
        {
            if (!broadcast && Address != 0) Echo(in header, content);
            return false;
        }

        if (header.Protocol != IPv4.ProtocolUdp) return false;
        if (!Udp.TryRead(in header, content, out ushort source, out ushort destination, out ReadOnlySpan<byte> payload)) return Reject();
        SourceAddress = header.Source;
        SourcePort = source;
        DestinationPort = destination;
        _payloadOffset = Ethernet.HeaderSize + (4 * (frame[Ethernet.HeaderSize] & 15)) + Udp.HeaderSize;
        _payloadLength = payload.Length;
        return true;
    }

    private bool Reject()
    {
        Rejected++;
        return false;
    }

    /// <summary>Answers a ping (RFC 792): the same message back, of another type.</summary>
    private void Echo(in IPv4 request, ReadOnlySpan<byte> message)
    {
        InternetChecksum checksum = default;
        checksum.Add(message);
        if (message.Length < EchoHeaderSize || checksum.Result != 0 || UdpOffset + message.Length > _sending.Length)
        {
            Rejected++;
            return;
        }

        if (message[0] != EchoRequest) return;
        Span<byte> reply = ((Span<byte>)_sending).Slice(UdpOffset, message.Length);
        message.CopyTo(reply);
        BinaryPrimitives.WriteUInt32BigEndian(reply, 0);
        checksum = default;
        checksum.Add(reply);
        BinaryPrimitives.WriteUInt16BigEndian(reply.Slice(2), checksum.Result);
        IPv4 header = Header(IPv4.ProtocolIcmp, request.Source);
        SendIPv4(in header, message.Length);
    }

    private void TakeArp(ReadOnlySpan<byte> data)
    {
        if (!ArpPacket.TryRead(data, out ArpPacket packet))
        {
            Rejected++;
            return;
        }

        LinkLocal?.Take(in packet);
        if (Address == 0) return;
        bool forUs = packet.TargetAddress == Address;
        _neighbours.Learn(PeerAddress.FromIPv4(packet.SenderAddress, 0), packet.SenderHardware, forUs, Clock.Microseconds);
        if (forUs && packet.Operation == ArpPacket.Request) SendArp(ArpPacket.Reply, Address, packet.SenderAddress, packet.SenderHardware);
        if (_waitingLength != 0 && packet.SenderAddress == _waitingFor)
        {
            packet.SenderHardware.CopyTo(_waiting);
            _adapter.Send(((ReadOnlySpan<byte>)_waiting).Slice(0, _waitingLength));
            _waitingLength = 0;
        }
    }

    /// <summary>Sends an ARP packet: a request when the target's hardware address is not given, and with the sender 0 a probe.</summary>
    public void SendArp(ushort operation, uint sender, uint target, ReadOnlySpan<byte> hardware)
    {
        Span<byte> frame = stackalloc byte[Ethernet.HeaderSize + ArpPacket.Size];

        // All of a link-local address's are broadcast, so that a conflict shows soon (RFC 3927, 2.5).
        bool broadcast = hardware.Length == 0 || LinkLocalAddress.Is(sender);
        Ethernet.Write(frame, broadcast ? Ethernet.Broadcast : hardware, HardwareAddress, Ethernet.TypeArp);
        ArpPacket packet = default;
        packet.Operation = operation;
        packet.SenderHardware = HardwareAddress;
        packet.SenderAddress = sender;
        packet.TargetAddress = target;
        packet.Write(frame.Slice(Ethernet.HeaderSize), hardware);
        _adapter.Send(frame);
    }

    private IPv4 Header(byte protocol, uint destination)
    {
        IPv4 header;
        header.Protocol = protocol;
        header.Source = Address;
        header.Destination = destination;
        return header;
    }

    /// <summary>Puts the headers in front of a payload that stands in the send buffer, and sends it to the next hop.</summary>
    private void SendIPv4(in IPv4 header, int payloadLength)
    {
        Span<byte> frame = ((Span<byte>)_sending).Slice(0, UdpOffset + payloadLength);
        header.Write(frame.Slice(Ethernet.HeaderSize), payloadLength, _identification++);
        uint hop = NextHop(header.Destination);
        if (hop == 0) return;
        if (hop == IPv4.BroadcastAddress)
        {
            Ethernet.Write(frame, Ethernet.Broadcast, HardwareAddress, Ethernet.TypeIPv4);
            _adapter.Send(frame);
            return;
        }

        bool known = _neighbours.TryFind(PeerAddress.FromIPv4(hop, 0), Clock.Microseconds, out ReadOnlySpan<byte> hardware, out bool stale);
        Ethernet.Write(frame, hardware, HardwareAddress, Ethernet.TypeIPv4);
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

        if (stale) SendArp(ArpPacket.Request, Address, hop, default);
    }

    private uint NextHop(uint destination)
    {
        if (destination == IPv4.BroadcastAddress) return destination;

        // Link-local addresses know no routers: everybody is asked for on the link (RFC 3927, 2.6.2).
        if (LinkLocalAddress.Is(Address) || LinkLocalAddress.Is(destination)) return destination;
        return ((destination ^ Address) & SubnetMask) == 0 ? destination : Router;
    }
}
