namespace NetKd.Commands.Sources;

/// <summary>Source text: <c>ls</c>, <c>lsa</c>, <c>lsc</c>, <c>lsf</c>, <c>.srcpath</c>.</summary>
internal sealed class SourceCommands(CommandSession session) : ICommandGroup
{
    private const uint DefaultCount = 20;
    private const uint MaxCount = 100_000;

    public IEnumerable<Command> Commands =>
    [
        new("ls", new("ls [.] [first] [, count]", "Lists lines of the current source file, from the current one on.", "ls 0n120, 10"), ListLines) { Repeats = true },
        new("lsa", new("lsa address [, first [, count]]", "Lists the source lines of an address.", "lsa @rip"), ListAddress),
        new("lsc", new("lsc", "Shows which source file and line ls would list.", "lsc"), ShowCurrent) { IsWord = true },
        new("lsf", new("lsf file", "Makes a file the current source file.", "lsf main.c"), OpenFile) { IsWord = true },
        new(".srcpath", new(".srcpath [path]", "Shows or sets where source files are looked for: directories between semicolons.", ".srcpath src;/src/include"), call => SetPath(call, append: false)) { IsWord = true },
        new(".srcpath+", new(".srcpath+ path", "Adds to the source path.", ".srcpath+ /src/include"), call => SetPath(call, append: true)) { IsWord = true },
    ];

    private void ListLines(CommandCall call)
    {
        _ = call.Arguments.TryTake('.');
        SourcePosition position = Current() ?? throw new CommandException("There is no current source file: lsa address takes that of an address, lsf opens one.");
        uint first = position.Line;
        if (!call.Arguments.AtEnd && call.Arguments.Current != ',') first = ReadLine(call);
        uint count = call.Arguments.TryTake(',') ? ReadLine(call) : DefaultCount;
        call.Arguments.ExpectEnd();
        Show(position with { Line = first }, count, call.Cancellation);
    }

    private void ListAddress(CommandCall call)
    {
        session.RequireStopped();
        _ = call.Arguments.TryTake('.');
        ulong address = call.Arguments.AtEnd ? session.Client.Registers.InstructionPointer : session.Evaluate(call);
        if (!session.Client.SourceLines.TryFind(address, out SourceLocation? location))
            throw new CommandException($"No source line is known at {session.Names.DescribeOrNumber(address)}{WhyNoLine(address)}");
        uint first = call.Arguments.TryTake(',') ? ReadLine(call) : location.Line;
        uint count = call.Arguments.TryTake(',') ? ReadLine(call) : DefaultCount;
        call.Arguments.ExpectEnd();
        Show(new SourcePosition(location.File, first, location.Line), count, call.Cancellation);
    }

    private void Show(SourcePosition position, uint count, CancellationToken cancellation)
    {
        SourceText text = session.Client.SourceFiles.Read(position.File)
            ?? throw new CommandException($"{position.File} is not on this machine: .srcpath says where to look (now: {PathOrNone()}).");
        uint first = Math.Max(position.Line, 1);
        if (first > (uint)text.Lines.Count) throw new CommandException($"{text.Path} has {text.Lines.Count} lines; there is no line {first}.");
        uint end = (uint)Math.Min((ulong)text.Lines.Count, (ulong)first + Math.Min(count, MaxCount) - 1);
        for (uint line = first; line <= end; line++)
        {
            cancellation.ThrowIfCancellationRequested();
            session.WriteLine(SourceLineText.Line(line, text.Line(line)!, isCurrent: line == position.Current));
        }

        session.NextSource = position with { Line = end + 1 };
    }

    private void ShowCurrent(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        session.WriteLine(Current() is { } position ? $"Current: {position.File}({position.Line})" : "There is no current source file.");
    }

    private void OpenFile(CommandCall call)
    {
        string file = call.Arguments.ReadRest();
        if (file.Length == 0) throw call.Arguments.Error("Missing file: syntax error");
        if (session.Client.SourceFiles.Read(file) is null) throw new CommandException($"{file} is not on this machine: .srcpath says where to look (now: {PathOrNone()}).");
        session.NextSource = new SourcePosition(file, 1, 0);
    }

    private void SetPath(CommandCall call, bool append)
    {
        string path = call.Arguments.ReadRest().Trim('"');
        SourceFiles files = session.Client.SourceFiles;
        if (append && path.Length == 0) throw call.Arguments.Error("Missing path: syntax error");
        if (path.Length > 0) files.Path = append && files.Path.Length > 0 ? $"{files.Path};{path}" : path;
        session.WriteLine($"Source search path is: {files.Path}");
        foreach (string element in path.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Directory.Exists(element)) session.WriteLine($"{element} is no directory of this machine.");
        }
    }

    // Where the chosen frame stands, until ls or lsf has gone elsewhere.
    private SourcePosition? Current()
    {
        if (session.NextSource is { } next) return next;
        if (!session.IsStopped) return null;
        return session.Client.SourceLines.TryFind(session.Frame.InstructionPointer, out SourceLocation? location) ? new SourcePosition(location.File, location.Line, location.Line) : null;
    }

    private string WhyNoLine(ulong address)
    {
        if (!session.Client.SourceLines.IsEnabled) return ": source lines are off (.lines -e).";
        if (session.Client.Modules.FindByAddress(address) is not { } module) return ".";
        return module.LoadedSymbols is { HasLines: true } ? "." : $": {module.Name} has {ModuleText.Status(module.SymbolStatus).Trim('(', ')')} (.sympath, .reload /f {module.Name}).";
    }

    private string PathOrNone() => session.Client.SourceFiles.Path is { Length: > 0 } path ? path : "empty";

    // Line numbers are decimal, as compilers and editors write them (Microsoft Learn, "Debugging in Source Mode").
    private static uint ReadLine(CommandCall call)
    {
        call.Arguments.SkipBlanks();
        int taken = NumberText.Read(call.Arguments.Rest, 10, out ulong value);
        if (taken <= 0 || value is 0 or > uint.MaxValue) throw call.Arguments.Error("Line number missing: syntax error");
        call.Arguments.Position += taken;
        return (uint)value;
    }
}
