using NetKd.Commands;
using NetKd.Engine;

namespace NetKd.Benchmarks;

/// <summary>Prints nothing but errors.</summary>
internal sealed class QuietOutput : ICommandOutput
{
    public void Write(OutputMask kind, string text)
    {
        if ((kind & OutputMask.Error) != 0) Console.Error.Write(text);
    }

    public void ShowProgress(string? line)
    {
    }

    public void Clear()
    {
    }
}
