using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NetKd.Transport.Net;

/// <summary>The port cannot be had. The message is one line for the user.</summary>
public sealed class PortUnavailableException(string message, Exception inner) : IOException(message, inner);

/// <summary>
/// The UDP sockets of a listening debugger: one for IPv4 and one for IPv6 on the same port, held exclusively
/// (facts: kernel-debugging-docs, A.4). Blocking calls throughout: they answer in half the time that awaited ones take
/// (facts: performance-anchors, 3c).
/// </summary>
public sealed class NetSockets : IDisposable
{
    private const int BufferBytes = 1 << 20;

    // Tells Windows not to report an ICMP port-unreachable of an earlier send as an error of the next receive.
    private const int SioUdpConnReset = unchecked((int)0x9800000C);

    private readonly Socket? _v4;
    private readonly Socket? _v6;
    private readonly SocketAddress _from4 = new(AddressFamily.InterNetwork);
    private readonly SocketAddress _from6 = new(AddressFamily.InterNetworkV6);
    private readonly SpinWindow _spin = new();
    private Socket? _chosen;

    /// <summary>Binds the port on both families; one is enough where the system has no other.</summary>
    /// <exception cref="PortUnavailableException">The port is in use, or no family can be bound.</exception>
    public NetSockets(ushort port)
    {
        Port = port;
        try
        {
            _v4 = Socket.OSSupportsIPv4 ? Bind(AddressFamily.InterNetwork, IPAddress.Any, port) : null;
            _v6 = Socket.OSSupportsIPv6 ? Bind(AddressFamily.InterNetworkV6, IPAddress.IPv6Any, port) : null;
        }
        catch (SocketException e)
        {
            _v4?.Dispose();
            throw new PortUnavailableException(
                e.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"UDP port {port} is in use by another process: close the other debugger, or use another port here and in the target"
                    : $"UDP port {port} cannot be opened: {e.Message}",
                e);
        }

        From = _from4;
    }

    /// <summary>The port.</summary>
    public ushort Port { get; }

    /// <summary>Where the last datagram came from; overwritten by the next receive.</summary>
    public SocketAddress From { get; private set; }

    /// <summary>Keeps to the socket that received last: once a target has connected, the other family is silent.</summary>
    public void ChooseLast() => _chosen = ReferenceEquals(From, _from4) ? _v4 : _v6;

    /// <summary>Waits up to a time in microseconds for a datagram. Returns its length, or 0.</summary>
    public int Receive(Span<byte> buffer, int waitMicroseconds)
    {
        Socket? only = _chosen ?? (_v6 is null ? _v4 : _v4 is null ? _v6 : null);
        if (only is not null) return IsReadable(only, waitMicroseconds) ? Take(only, buffer) : 0;

        List<Socket> readable = [_v4!, _v6!];
        Socket.Select(readable, null, null, waitMicroseconds);
        return readable.Count > 0 ? Take(readable[0], buffer) : 0;
    }

    /// <summary>Sends a datagram to an address that a receive gave.</summary>
    public void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        Socket? socket = to.Family == AddressFamily.InterNetwork ? _v4 : _v6;
        try
        {
            socket?.SendTo(datagram, SocketFlags.None, to);
        }
        catch (SocketException)
        {
            // A full queue, an unreachable network: to the protocol this is a lost datagram, which it sends again.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _v4?.Dispose();
        _v6?.Dispose();
    }

    private bool IsReadable(Socket socket, int waitMicroseconds)
    {
        if (waitMicroseconds > 0 && _spin.Wait(socket)) return true;
        long start = Stopwatch.GetTimestamp();
        if (!socket.Poll(waitMicroseconds, SelectMode.SelectRead)) return false;
        _spin.SleptFor(Stopwatch.GetTimestamp() - start);
        return true;
    }

    private int Take(Socket socket, Span<byte> buffer)
    {
        SocketAddress from = ReferenceEquals(socket, _v4) ? _from4 : _from6;
        From = from;
        try
        {
            return socket.ReceiveFrom(buffer, SocketFlags.None, from);
        }
        catch (SocketException)
        {
            // An ICMP error of an earlier send, or a datagram larger than any of ours.
            return 0;
        }
    }

    private static Socket Bind(AddressFamily family, IPAddress address, ushort port)
    {
        Socket socket = new(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (family == AddressFamily.InterNetworkV6) socket.DualMode = false;
            if (OperatingSystem.IsWindows())
            {
                socket.ExclusiveAddressUse = true;
                Try(() => socket.IOControl(SioUdpConnReset, [0, 0, 0, 0], null));
            }

            if (family == AddressFamily.InterNetwork) Try(() => socket.DontFragment = true);
            Try(() => socket.ReceiveBufferSize = BufferBytes);
            Try(() => socket.SendBufferSize = BufferBytes);
            socket.Bind(new IPEndPoint(address, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Socket options make things faster or surer; no debugging session fails for the lack of one.
    private static void Try(Action set)
    {
        try
        {
            set();
        }
        catch (SocketException)
        {
        }
    }
}
