using System.IO.Pipes;

namespace NetKd.Transport.Com;

/// <summary>A Windows named pipe, <c>\\HOST\pipe\NAME</c>: a virtual machine's serial port.</summary>
internal sealed class NamedPipeSerialStream : ReadAheadStream
{
    private const int NominalBaudRate = 115200;
    private const int ConnectMilliseconds = 1000;

    private NamedPipeSerialStream(NamedPipeClientStream pipe, string path)
    {
        Description = $"pipe {path}";
        Start(pipe);
    }

    /// <inheritdoc/>
    public override string Description { get; }

    /// <inheritdoc/>
    public override int BaudRate => NominalBaudRate;

    /// <summary>Opens a pipe.</summary>
    /// <exception cref="LinkOpenException">The path is no pipe's, or nobody serves it.</exception>
    internal static NamedPipeSerialStream Open(string path)
    {
        string[] parts = path.Split('\\', 5);
        if (parts.Length != 5 || parts[0].Length != 0 || parts[1].Length != 0 || !parts[3].Equals("pipe", StringComparison.OrdinalIgnoreCase))
            throw new LinkOpenException(LinkOpenFault.NotFound, $@"Failed to open {path}: a pipe's path is \\.\pipe\NAME, or \\HOST\pipe\NAME on another machine");
        NamedPipeClientStream pipe = new(parts[2], parts[4], PipeDirection.InOut, PipeOptions.Asynchronous);
        try
        {
            pipe.Connect(ConnectMilliseconds);
            return new NamedPipeSerialStream(pipe, path);
        }
        catch (Exception e) when (e is IOException or TimeoutException or UnauthorizedAccessException)
        {
            pipe.Dispose();
            LinkOpenFault fault = e is UnauthorizedAccessException ? LinkOpenFault.Unavailable : LinkOpenFault.NotFound;
            throw new LinkOpenException(fault, $"Failed to open {path}: {e.Message}; start the virtual machine first, or add resets=0,reconnect", e);
        }
    }
}
