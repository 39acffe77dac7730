using System.Text;

namespace NetKd.Commands.Session;

/// <summary>Takes what commands print, until it is disposed: the words of <c>.foreach</c>.</summary>
internal sealed class OutputCapture(Action end) : IDisposable
{
    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    public void Write(string text) => _text.Append(text);

    public void Dispose() => end();
}
