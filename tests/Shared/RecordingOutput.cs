using System.Text;
using NetKd.Commands;
using NetKd.Engine;

namespace NetKd.Testing;

/// <summary>Keeps what commands print.</summary>
internal sealed class RecordingOutput : ICommandOutput
{
    private readonly StringBuilder _text = new();

    public void Write(OutputMask kind, string text)
    {
        if (kind is not (OutputMask.Normal or OutputMask.Error)) return;
        lock (_text) _text.Append(text);
    }

    public void ShowProgress(string? line)
    {
    }

    public void Clear()
    {
    }

    public string Take()
    {
        lock (_text)
        {
            string text = _text.ToString();
            _text.Clear();
            return text;
        }
    }
}
