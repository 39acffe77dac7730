using NetKd.Capture.Recording;
using NetKd.Transport;

namespace NetKd.Cli.Kd;

/// <summary>
/// The file of <c>--capture</c>. What was recorded is handed to the system at the end, on CTRL+C, and at least every second while
/// datagrams come.
/// </summary>
internal sealed class SessionCapture : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly string _path;
    private readonly SessionRecorder _recorder;

    /// <summary>Makes the file, in place of any that is there.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public SessionCapture(string path)
    {
        _path = path;
        try
        {
            _recorder = new SessionRecorder(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, BufferBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"--capture: {e.Message}");
        }

        Console.CancelKeyPress += Flush;
    }

    /// <summary>Sees the connection's datagrams.</summary>
    public IDatagramTap Tap => _recorder;

    /// <summary>Closes the file; says so when it is not whole.</summary>
    public void Dispose()
    {
        Console.CancelKeyPress -= Flush;
        _recorder.Dispose();
        if (_recorder.Failure is { } failure)
            Console.Error.WriteLine($"netkd: {_path} holds only the first {_recorder.Count} datagrams: {failure.Message}");
    }

    private void Flush(object? sender, ConsoleCancelEventArgs e) => _recorder.Flush();
}
