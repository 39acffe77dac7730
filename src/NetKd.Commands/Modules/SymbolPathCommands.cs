namespace NetKd.Commands.Modules;

/// <summary>The symbol path. It is kept and shown; symbols come from the images' exports until PDBs can be read.</summary>
internal sealed class SymbolPathCommands(CommandSession session) : ICommandGroup
{
    private const string PublicServer = "SRV*https://msdl.microsoft.com/download/symbols";

    public IEnumerable<Command> Commands =>
    [
        new(".sympath", new(".sympath[+] [path]", "Shows or sets the symbol path.", ".sympath srv*"), call => Set(call, append: false)) { IsWord = true },
        new(".sympath+", new(".sympath+ path", "Adds to the symbol path.", ".sympath+ symbols"), call => Set(call, append: true)) { IsWord = true },
        new(".symfix", new(".symfix [folder]", "Sets the symbol path to Microsoft's public server.", ".symfix"), Fix) { IsWord = true },
    ];

    private void Set(CommandCall call, bool append)
    {
        string path = call.Arguments.ReadRest();
        if (append && path.Length == 0) throw call.Arguments.Error("Missing path: syntax error");
        bool changes = path.Length > 0;
        if (changes) session.SymbolPath = append && session.SymbolPath.Length > 0 ? $"{session.SymbolPath};{path}" : path;
        session.WriteLine($"Symbol search path is: {session.SymbolPath}");
        if (changes) Note();
    }

    private void Fix(CommandCall call)
    {
        string folder = call.Arguments.ReadRest();
        session.SymbolPath = folder.Length > 0 ? $"cache*{folder};{PublicServer}" : $"cache*;{PublicServer}";
        session.WriteLine($"Symbol search path is: {session.SymbolPath}");
        Note();
    }

    private void Note() => session.WriteLine("The path is kept; names come from the images' exports until this version can read PDBs.");
}
