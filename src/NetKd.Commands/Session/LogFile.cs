using System.Text;

namespace NetKd.Commands.Session;

/// <summary>The log of a session: everything printed, as <c>.logopen</c> starts it.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly StreamWriter _writer;

    private LogFile(string path, StreamWriter writer, bool append)
    {
        Path = path;
        IsAppended = append;
        _writer = writer;
    }

    public string Path { get; }

    public bool IsAppended { get; }

    public static LogFile Open(string path, bool append)
    {
        try
        {
            StreamWriter writer = new(path, append, new UTF8Encoding(false)) { AutoFlush = true };
            return new LogFile(path, writer, append);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandException($"Cannot open log file '{path}': {e.Message}");
        }
    }

    public void Write(string text)
    {
        try
        {
            _writer.Write(text);
        }
        catch (IOException)
        {
            // A full disk must not end a debugging session; the log simply has a gap.
        }
    }

    public void Dispose() => _writer.Dispose();
}
