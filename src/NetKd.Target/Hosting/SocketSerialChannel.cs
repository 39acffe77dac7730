using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetKd.Target.Server;

namespace NetKd.Target.Hosting;

/// <summary>
/// An emulated serial port that listens: on a TCP port of this machine, or on a Unix-domain socket. One debugger at a time; when it hangs
/// up, the next may call. What is sent while nobody is there is lost, as on a line without a cable.
/// </summary>
public sealed class SocketSerialChannel : SerialChannel, IDisposable
{
    private readonly Socket _listener;
    private readonly string? _path;
    private Socket? _caller;
    private volatile bool _closed;

    private SocketSerialChannel(Socket listener, string? path)
    {
        _listener = listener;
        _path = path;
    }

    /// <summary>Listens on a TCP port of the loopback.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static SocketSerialChannel ListenTcp(int port)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        return Listen(listener, new IPEndPoint(IPAddress.Loopback, port), null);
    }

    /// <summary>Listens on a Unix-domain socket, in the place of one that nobody listens on any more.</summary>
    /// <exception cref="SocketException">The path cannot be had.</exception>
    public static SocketSerialChannel ListenUnix(string path)
    {
        if (File.Exists(path) && !IsServed(path)) File.Delete(path);
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        return Listen(listener, new UnixDomainSocketEndPoint(path), path);
    }

    /// <summary>The TCP port; 0 for a Unix-domain socket.</summary>
    public int Port => _listener.LocalEndPoint is IPEndPoint end ? end.Port : 0;

    /// <inheritdoc/>
    public override int BaudRate => 115200;

    /// <inheritdoc/>
    public override bool IsClosed => _closed;

    /// <inheritdoc/>
    public override long Microseconds => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    /// <inheritdoc/>
    public override int Receive(Span<byte> buffer, int waitMicroseconds)
    {
        try
        {
            Socket awaited = _caller ?? _listener;
            if (!awaited.Poll(waitMicroseconds, SelectMode.SelectRead)) return 0;
            if (_caller is null)
            {
                _caller = _listener.Accept();
                if (_caller.AddressFamily == AddressFamily.InterNetwork) _caller.NoDelay = true;
                return 0;
            }

            int count = _caller.Receive(buffer);
            if (count == 0) HangUp();
            return count;
        }
        catch (SocketException)
        {
            HangUp();
            return 0;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    public override void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (_caller is not null && bytes.Length > 0) bytes = bytes[_caller.Send(bytes)..];
        }
        catch (SocketException)
        {
            HangUp();
        }
        catch (ObjectDisposedException)
        {
            // Closed by another thread: the next receive says so.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed = true;
        _caller?.Dispose();
        _listener.Dispose();
        if (_path is not null) File.Delete(_path);
    }

    private void HangUp()
    {
        _caller?.Dispose();
        _caller = null;
    }

    private static SocketSerialChannel Listen(Socket listener, EndPoint place, string? path)
    {
        try
        {
            listener.Bind(place);
            listener.Listen(1);
            return new SocketSerialChannel(listener, path);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private static bool IsServed(string path)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
