using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetKd.Protocol.Net;
using NetKd.Target.Server;

namespace NetKd.Engine.Tests;

/// <summary>A target's port that can go on from another address, as a machine whose lease ran out does.</summary>
internal sealed class MovablePort : DatagramPort, IDisposable
{
    private readonly IPEndPoint _host;
    private readonly PeerAddress _hostAddress;
    private volatile Socket _socket = Bind(IPAddress.Loopback);
    private volatile bool _closed;

    public MovablePort(int hostPort)
    {
        _host = new IPEndPoint(IPAddress.Loopback, hostPort);
        _hostAddress = PeerAddress.FromIPv4(0x7F00_0001, (ushort)hostPort);
    }

    public override PeerAddress LocalAddress => PeerAddress.FromIPv4(0x7F00_0001, 50001);

    public override bool IsClosed => _closed;

    public override long Microseconds => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    public void Move(IPAddress address)
    {
        Socket old = _socket;
        _socket = Bind(address);
        old.Dispose();
    }

    public override int Receive(Span<byte> buffer, int waitMicroseconds, out PeerAddress from)
    {
        from = _hostAddress;
        try
        {
            Socket socket = _socket;
            return socket.Poll(Math.Min(waitMicroseconds, 20_000), SelectMode.SelectRead) ? socket.Receive(buffer) : 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    public override void Send(ReadOnlySpan<byte> datagram, in PeerAddress to)
    {
        try
        {
            _socket.SendTo(datagram, _host);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Lost on the move.
        }
    }

    public void Dispose()
    {
        _closed = true;
        _socket.Dispose();
    }

    private static Socket Bind(IPAddress address)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }
}
