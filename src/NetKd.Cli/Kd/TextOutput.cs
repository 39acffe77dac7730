using NetKd.Commands;
using NetKd.Engine;

namespace NetKd.Cli.Kd;

/// <summary>Text on standard output; errors and warnings on standard error.</summary>
internal sealed class TextOutput(bool isTerminal, bool isVerbose) : ICommandOutput
{
    private readonly Lock _turn = new();
    private int _progressLength;

    /// <inheritdoc/>
    public void Write(OutputMask kind, string text)
    {
        if (kind == OutputMask.Verbose && !IsVerbose) return;
        lock (_turn)
        {
            EraseProgress();
            (kind is OutputMask.Error or OutputMask.Warning ? Console.Error : Console.Out).Write(text);
        }
    }

    /// <summary>Whether verbose text is shown; CTRL+V changes it.</summary>
    public bool IsVerbose { get; set; } = isVerbose;

    /// <inheritdoc/>
    public void ShowProgress(string? line)
    {
        if (!isTerminal) return;
        lock (_turn)
        {
            EraseProgress();
            if (line is null) return;
            Console.Error.Write(line);
            _progressLength = line.Length;
        }
    }

    /// <inheritdoc/>
    public void Clear()
    {
        if (isTerminal) Console.Clear();
    }

    private void EraseProgress()
    {
        if (_progressLength == 0) return;
        Console.Error.Write("\r" + new string(' ', _progressLength) + "\r");
        _progressLength = 0;
    }
}
