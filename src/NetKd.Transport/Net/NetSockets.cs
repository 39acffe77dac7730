using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NetKd.Transport.Net;

/// <summary>The port cannot be had. The message is one line for the user.</summary>
public sealed class PortUnavailableException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// The UDP sockets of a debugger: one for each family that it uses (facts: kernel-debugging-docs, A.4). A listening debugger holds its port
/// exclusively; one that goes to its target takes any free port. Receiving blocks: it answers in half the time that awaiting takes
/// (facts: performance-anchors, 3c); <see cref="WaitAsync"/> is for sessions with nothing to do.
/// </summary>
public sealed class NetSockets : HostDatagramPort
{
    private const int BufferBytes = 1 << 20;

    // Tells Windows not to report an ICMP port-unreachable of an earlier send as an error of the next receive.
    private const int SioUdpConnReset = unchecked((int)0x9800000C);

    private readonly Socket? _v4;
    private readonly Socket? _v6;
    private readonly SocketAddress _from4 = new(AddressFamily.InterNetwork);
    private readonly SocketAddress _from6 = new(AddressFamily.InterNetworkV6);
    private readonly SpinWindow _spin = new();
    private SocketAddress _from;
    private Socket? _chosen;

    /// <summary>Binds a port on the families given; 0 takes a free port, which may differ between the families.</summary>
    /// <exception cref="PortUnavailableException">The port is in use, or no family can be bound.</exception>
    public NetSockets(ushort port, AddressFamilies families)
    {
        Requested = port;
        try
        {
            if (families.HasFlag(AddressFamilies.IPv4) && Socket.OSSupportsIPv4) _v4 = Bind(AddressFamily.InterNetwork, IPAddress.Any, port);
            if (families.HasFlag(AddressFamilies.IPv6) && Socket.OSSupportsIPv6) _v6 = BindIPv6(port, families);
        }
        catch (SocketException e)
        {
            _v4?.Dispose();
            throw new PortUnavailableException(
                e.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"UDP port {port} is in use by {PortHolder.Describe(port) ?? "another process"}: close the other debugger, or use another port here and in the target"
                    : $"UDP port {port} cannot be opened: {e.Message}",
                e);
        }

        if (_v4 is null && _v6 is null)
            throw new PortUnavailableException($"this machine has no {(families == AddressFamilies.IPv6 ? "IPv6" : families == AddressFamilies.IPv4 ? "IPv4" : "IP network")}: the connection string asks for it");
        _from = _v4 is null ? _from6 : _from4;
        _chosen = _v6 is null ? _v4 : _v4 is null ? _v6 : null;
    }

    /// <summary>The port that was asked for; 0 for any.</summary>
    public ushort Requested { get; }

    /// <summary>True when the port was to be had on IPv4 only, because somebody else has it on IPv6.</summary>
    public bool LacksIPv6 { get; private set; }

    /// <inheritdoc/>
    public override ushort LocalPort => Requested != 0 ? Requested : (ushort)((IPEndPoint)(_v4 ?? _v6)!.LocalEndPoint!).Port;

    /// <inheritdoc/>
    public override AddressFamilies Families => (_v4 is null ? 0 : AddressFamilies.IPv4) | (_v6 is null ? 0 : AddressFamilies.IPv6);

    /// <inheritdoc/>
    public override SocketAddress From => _from;

    /// <inheritdoc/>
    public override void KeepFamilyOfLast() => _chosen = ReferenceEquals(_from, _from4) ? _v4 : _v6;

    /// <inheritdoc/>
    public override int Receive(Span<byte> buffer, int waitMicroseconds)
    {
        try
        {
            if (_chosen is { } only) return IsReadable(only, waitMicroseconds) ? Take(only, buffer) : 0;

            List<Socket> readable = [_v4!, _v6!];
            Socket.Select(readable, null, null, waitMicroseconds);
            return readable.Count > 0 ? Take(readable[0], buffer) : 0;
        }
        catch (ObjectDisposedException)
        {
            // The session was ended by another thread: nothing comes any more.
            return 0;
        }
    }

    /// <inheritdoc/>
    public override Task WaitAsync(int milliseconds, CancellationToken cancellation) => _chosen is { } only
        ? IdleSockets.WaitAsync(only, null, milliseconds, cancellation)
        : IdleSockets.WaitAsync(_v4!, _v6, milliseconds, cancellation);

    /// <inheritdoc/>
    public override void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
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
        catch (ObjectDisposedException)
        {
            // A break-in from another thread while the session ends.
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        IdleSockets.Forget(_v4);
        IdleSockets.Forget(_v6);
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
        _from = from;
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

    // As the engine of the original: with the port taken on IPv6 only, IPv4 alone will do (facts: kdnet-wire, section 7).
    private Socket? BindIPv6(ushort port, AddressFamilies families)
    {
        try
        {
            return Bind(AddressFamily.InterNetworkV6, IPAddress.IPv6Any, port);
        }
        catch (SocketException e) when (families == AddressFamilies.Both && _v4 is not null && e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            LacksIPv6 = true;
            return null;
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
