using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace NetKd.Interop;

/// <summary>
/// An Ethernet segment without a DHCP server and without a router: QEMU hands each frame over as a datagram. The one neighbour has the
/// host's link-local address, answers ARP for it, and passes its UDP datagrams on to the debugger of this machine.
/// </summary>
internal sealed class SilentNetwork : IDisposable
{
    /// <summary>The neighbour's address, for hostip.</summary>
    public static readonly IPAddress Host = IPAddress.Parse("169.254.77.1");

    private const int EthernetHeader = 14;
    private const int IPv4Header = 20;
    private const int UdpHeader = 8;
    private const ushort EtherTypeIPv4 = 0x0800;
    private const ushort EtherTypeArp = 0x0806;
    private const byte ProtocolUdp = 17;
    private const ushort DhcpServerPort = 67;
    private static readonly byte[] s_hardware = [0x02, 0, 0, 0x77, 0, 0x01];

    private readonly UdpClient _frames = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly UdpClient _debugger = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly IPEndPoint _machine;
    private readonly int _port;
    private byte[] _lastPoke = [];

    public SilentNetwork(int debuggerPort)
    {
        _port = debuggerPort;
        using UdpClient free = new(new IPEndPoint(IPAddress.Loopback, 0));
        _machine = new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)free.Client.LocalEndPoint!).Port);
        _ = TakeFramesAsync();
        _ = TakeAnswersAsync();
    }

    /// <summary>What <c>eng/run-targetos.sh --network</c> needs to put the machine on this segment.</summary>
    public string QemuNetwork =>
        $"dgram,local.type=inet,local.host=127.0.0.1,local.port={_machine.Port},remote.type=inet,remote.host=127.0.0.1,remote.port={((IPEndPoint)_frames.Client.LocalEndPoint!).Port}";

    /// <summary>How often the machine asked for a DHCP server.</summary>
    public int DhcpRequests { get; private set; }

    public void Dispose()
    {
        _frames.Dispose();
        _debugger.Dispose();
    }

    private async Task TakeFramesAsync()
    {
        try
        {
            while (true) await TakeAsync((await _frames.ReceiveAsync()).Buffer);
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task TakeAsync(byte[] frame)
    {
        if (frame.Length < EthernetHeader + IPv4Header) return;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12));
        if (type == EtherTypeArp) await AnswerArpAsync(frame);
        if (type != EtherTypeIPv4 || frame[EthernetHeader + 9] != ProtocolUdp) return;
        int udp = EthernetHeader + (frame[EthernetHeader] & 15) * 4;
        if (frame.Length < udp + UdpHeader) return;
        if (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(udp + 2)) == DhcpServerPort)
        {
            DhcpRequests++;
            return;
        }

        if (!frame.AsSpan(EthernetHeader + 16, 4).SequenceEqual(Host.GetAddressBytes())) return;
        _lastPoke = frame;
        int length = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(udp + 4)) - UdpHeader;
        await _debugger.SendAsync(frame.AsMemory(udp + UdpHeader, length), new IPEndPoint(IPAddress.Loopback, _port));
    }

    // RFC 826: the machine asks who has the host's address. Its probes for its own address get no answer.
    private async Task AnswerArpAsync(byte[] frame)
    {
        const int Arp = EthernetHeader;
        if (frame.Length < Arp + 28 || frame[Arp + 7] != 1 || !frame.AsSpan(Arp + 24, 4).SequenceEqual(Host.GetAddressBytes())) return;
        byte[] answer = frame[..(Arp + 28)];
        frame.AsSpan(6, 6).CopyTo(answer);
        s_hardware.CopyTo(answer, 6);
        answer[Arp + 7] = 2;
        s_hardware.CopyTo(answer, Arp + 8);
        Host.GetAddressBytes().CopyTo(answer, Arp + 14);
        frame.AsSpan(Arp + 8, 10).CopyTo(answer.AsSpan(Arp + 18));
        await _frames.SendAsync(answer, _machine);
    }

    private async Task TakeAnswersAsync()
    {
        try
        {
            while (true)
            {
                byte[] payload = (await _debugger.ReceiveAsync()).Buffer;
                if (_lastPoke.Length > 0) await _frames.SendAsync(Wrap(payload), _machine);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    // Back to where the machine's datagrams come from, addresses and ports exchanged. A UDP checksum of zero is none (RFC 768).
    private byte[] Wrap(byte[] payload)
    {
        int udp = EthernetHeader + IPv4Header;
        byte[] frame = new byte[udp + UdpHeader + payload.Length];
        _lastPoke.AsSpan(6, 6).CopyTo(frame);
        s_hardware.CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), EtherTypeIPv4);
        Span<byte> ip = frame.AsSpan(EthernetHeader, IPv4Header);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(frame.Length - EthernetHeader));
        ip[8] = 64;
        ip[9] = ProtocolUdp;
        Host.GetAddressBytes().CopyTo(ip[12..]);
        _lastPoke.AsSpan(EthernetHeader + 12, 4).CopyTo(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], HeaderChecksum(ip));
        int from = EthernetHeader + (_lastPoke[EthernetHeader] & 15) * 4;
        _lastPoke.AsSpan(from + 2, 2).CopyTo(frame.AsSpan(udp));
        _lastPoke.AsSpan(from, 2).CopyTo(frame.AsSpan(udp + 2));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(udp + 4), (ushort)(UdpHeader + payload.Length));
        payload.CopyTo(frame, udp + UdpHeader);
        return frame;
    }

    private static ushort HeaderChecksum(ReadOnlySpan<byte> header)
    {
        uint sum = 0;
        for (int i = 0; i < header.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
