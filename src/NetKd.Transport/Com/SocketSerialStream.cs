using System.Net;
using System.Net.Sockets;

namespace NetKd.Transport.Com;

/// <summary>A serial line through a TCP connection or a Unix-domain socket: the far end is an emulated serial port.</summary>
internal sealed class SocketSerialStream : SerialStream
{
    // An emulated line has the speed of its machine; the usual one bounds what is waited for.
    private const int NominalBaudRate = 115200;
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;

    private SocketSerialStream(Socket socket, string description)
    {
        _socket = socket;
        Description = description;
    }

    /// <inheritdoc/>
    public override string Description { get; }

    /// <inheritdoc/>
    public override int BaudRate => NominalBaudRate;

    /// <summary>Connects to a TCP port, on the first address of a name that answers.</summary>
    /// <exception cref="LinkOpenException">The name is unknown, or nobody answers there.</exception>
    internal static SocketSerialStream OpenTcp(string host, ushort port)
    {
        IPAddress[] addresses;
        try
        {
            addresses = Dns.GetHostAddresses(host);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new LinkOpenException(LinkOpenFault.HostNotFound, $"Failed to open {host}: there is no machine of that name; give its address as port=", e);
        }

        SocketException? last = null;
        foreach (IPAddress address in addresses)
        {
            Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                // Not ConnectAsync: the runtime would watch the socket for good, and wake two threads for all that comes.
                if (Task.Run(() => socket.Connect(address, port)).Wait(s_connectTimeout)) return new SocketSerialStream(socket, $"TCP port {port} of {host}");
            }
            catch (AggregateException e) when (e.InnerException is SocketException refused)
            {
                last = refused;
            }

            socket.Dispose();
        }

        throw new LinkOpenException(LinkOpenFault.Unavailable, $"Failed to open {host}: nobody answers on its TCP port {port} ({last?.SocketErrorCode.ToString() ?? "no answer in 5 s"}); start the virtual machine first, or add reconnect", last);
    }

    /// <summary>Connects to a Unix-domain socket.</summary>
    /// <exception cref="LinkOpenException">There is none at the path, or nobody listens on it.</exception>
    internal static SocketSerialStream OpenUnix(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new SocketSerialStream(socket, $"socket {path}");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            LinkOpenFault fault = File.Exists(path) ? LinkOpenFault.Unavailable : LinkOpenFault.NotFound;
            throw new LinkOpenException(fault, $"Failed to open {path}: {e.Message}; start the virtual machine first, or add reconnect", e);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer, int waitMicroseconds)
    {
        try
        {
            if (!_socket.Poll(waitMicroseconds, SelectMode.SelectRead)) return 0;
            int count = _socket.Receive(buffer);
            return count > 0 ? count : throw new IOException("the other end closed the connection");
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("the connection was closed", e);
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[_socket.Send(bytes)..];
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("the connection was closed", e);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _socket.Dispose();
    }
}
