using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NetKd.Target.Hosting;

/// <summary>
/// A target's UDP port on a host's socket: IPv4, or IPv6 with mapped IPv4. Receiving and sending allocate nothing.
/// One thread uses it; <see cref="Dispose"/> may come from another and ends a wait.
/// </summary>
public sealed class UdpDatagramPort : DatagramPort, IDisposable
{
    private const int ReceiveBufferSize = 1 << 20;

    private const int AddressOffsetIPv4 = 4;
    private const int AddressOffsetIPv6 = 8;
    private const int PortOffset = 2;

    private readonly Socket _socket;
    private readonly bool _isIPv6;
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;
    private readonly SpinWindow _spin = new();
    private PeerAddress _toPeer;
    private volatile bool _closed;

    /// <summary>
    /// Opens a port. With a host the port reaches it and <see cref="LocalAddress"/> is the address that faces it; without, every address
    /// of this computer is listened on. Port 0 takes a free one. Throws <see cref="SocketException"/> when the port is taken.
    /// </summary>
    public UdpDatagramPort(IPAddress? host, int localPort)
    {
        _isIPv6 = host is null ? Socket.OSSupportsIPv6 : host.AddressFamily == AddressFamily.InterNetworkV6;
        _socket = new Socket(_isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        if (_isIPv6) _socket.DualMode = true;
        _socket.ReceiveBufferSize = ReceiveBufferSize;
        IPAddress any = _isIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        _socket.Bind(new IPEndPoint(any, localPort));
        _from = new SocketAddress(_socket.AddressFamily);
        _to = new SocketAddress(_socket.AddressFamily);
        var bound = (IPEndPoint)_socket.LocalEndPoint!;
        LocalAddress = ToPeer(host is null ? any : AddressFacing(host), bound.Port);
    }

    /// <inheritdoc/>
    public override PeerAddress LocalAddress { get; }

    /// <inheritdoc/>
    public override long Microseconds => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    /// <inheritdoc/>
    public override bool IsClosed => _closed;

    /// <summary>The wire form of an address and port.</summary>
    public static PeerAddress ToPeer(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[PeerAddress.Size];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[16..], (ushort)port);
        return PeerAddress.Read(bytes);
    }

    /// <inheritdoc/>
    public override int Receive(Span<byte> buffer, int waitMicroseconds, out PeerAddress from)
    {
        from = default;
        try
        {
            if (waitMicroseconds > 0 && _spin.Wait(_socket)) return Take(buffer, out from);
            long start = Stopwatch.GetTimestamp();
            if (!_socket.Poll(waitMicroseconds, SelectMode.SelectRead)) return 0;
            _spin.SleptFor(Stopwatch.GetTimestamp() - start);
            return Take(buffer, out from);
        }
        catch (ObjectDisposedException)
        {
            _closed = true;
        }
        catch (SocketException)
        {
            // A port-unreachable message about an earlier poke, or a datagram beyond the buffer: nothing was received.
        }

        return 0;
    }

    /// <inheritdoc/>
    public override void Send(ReadOnlySpan<byte> datagram, in PeerAddress to)
    {
        try
        {
            if (!_toPeer.SameAs(to)) Aim(to);
            _socket.SendTo(datagram, SocketFlags.None, _to);
        }
        catch (ObjectDisposedException)
        {
            _closed = true;
        }
        catch (SocketException)
        {
            // No route, or a full buffer: lost, as any datagram may be.
        }
    }

    /// <summary>Closes the socket; a wait in progress ends.</summary>
    public void Dispose()
    {
        _closed = true;
        _socket.Dispose();
    }

    private int Take(Span<byte> buffer, out PeerAddress from)
    {
        from = default;
        int length = _socket.ReceiveFrom(buffer, SocketFlags.None, _from);
        // Linux cuts what does not fit, without a word; no datagram of ours fills the buffer.
        if (length >= buffer.Length) return 0;
        from = FromSocketAddress();
        return length;
    }

    private PeerAddress FromSocketAddress()
    {
        ReadOnlySpan<byte> bytes = _from.Buffer.Span;
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortOffset..]);
        if (!_isIPv6) return PeerAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[AddressOffsetIPv4..]), port);
        PeerAddress peer;
        peer.High = BinaryPrimitives.ReadUInt64BigEndian(bytes[AddressOffsetIPv6..]);
        peer.Low = BinaryPrimitives.ReadUInt64BigEndian(bytes[(AddressOffsetIPv6 + 8)..]);
        peer.Port = port;
        return peer;
    }

    private void Aim(in PeerAddress to)
    {
        Span<byte> bytes = _to.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[PortOffset..], to.Port);
        if (_isIPv6)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[AddressOffsetIPv6..], to.High);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[(AddressOffsetIPv6 + 8)..], to.Low);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[AddressOffsetIPv4..], to.IPv4);
        }

        _toPeer = to;
    }

    // Connecting a datagram socket sends nothing; it only chooses the route.
    private static IPAddress AddressFacing(IPAddress host)
    {
        try
        {
            using var probe = new Socket(host.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(host, 9);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return host.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        }
    }
}
