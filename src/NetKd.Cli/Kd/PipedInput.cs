using System.Threading.Channels;

namespace NetKd.Cli.Kd;

/// <summary>
/// Lines of a redirected input. They are read ahead on a thread, so that the input's end is known while the target runs: a debugger
/// whose input has ended has nobody to wait for.
/// </summary>
internal sealed class PipedInput : ICommandInput
{
    // Scripts are short; a runaway producer must not fill the memory.
    private const int MaxLinesAhead = 1024;

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(MaxLinesAhead);

    /// <summary>Starts to read.</summary>
    public PipedInput(TextReader reader)
    {
        Thread thread = new(() => ReadAhead(reader)) { IsBackground = true, Name = "standard input" };
        thread.Start();
    }

    /// <inheritdoc/>
    public bool HasEnded => _lines.Reader.Completion.IsCompleted;

    /// <inheritdoc/>
    public async Task<string?> ReadLineAsync(string prompt, CancellationToken cancellation)
    {
        try
        {
            return await _lines.Reader.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    private void ReadAhead(TextReader reader)
    {
        try
        {
            while (reader.ReadLine() is { } line) _lines.Writer.WriteAsync(line).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A broken pipe ends the input like its end does.
        }

        _lines.Writer.TryComplete();
    }
}
