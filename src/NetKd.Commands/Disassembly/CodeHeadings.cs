namespace NetKd.Commands.Disassembly;

/// <summary>
/// The lines between instructions: the symbol at the start and wherever a function begins, and a source line wherever one begins
/// (with its text when <c>l+s</c> asks for it).
/// </summary>
internal sealed class CodeHeadings(CommandSession session)
{
    private SourceLocation? _line;
    private bool _first = true;

    /// <summary>Writes what belongs before an instruction.</summary>
    public void WriteBefore(ulong address)
    {
        // At the place where a break-in stops, symbols are not loaded for the sake of a line (SourceLines).
        bool known = session.Client.SourceLines.TryFind(address, out SourceLocation? now);
        bool newLine = known && (_line is null || !now!.IsSameLine(_line));
        if (_first || newLine || session.Names.StartsAt(address))
        {
            session.WriteLine(session.Names.Heading(address, withLine: true));
            if (newLine && (session.SourceOptions & SourceOptions.Text) != 0 && Text(now!) is { } text) session.WriteLine(text);
        }

        _first = false;
        _line = known ? now : null;
    }

    private string? Text(SourceLocation location) =>
        session.Client.SourceFiles.Read(location.File)?.Line(location.Line) is { } text ? SourceLineText.Line(location.Line, text, isCurrent: false) : null;
}
