using NetKd.Symbols.Stores;

namespace NetKd.Commands.Modules;

/// <summary>Where symbols and images are looked for: <c>.sympath</c>, <c>.symfix</c>, <c>.exepath</c>.</summary>
internal sealed class SymbolPathCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new(".sympath", new(".sympath [path]", "Shows or sets the symbol path: directories, srv*cache*server and cache*directory, between semicolons.", ".sympath srv*"), call => Set(call, append: false)) { IsWord = true },
        new(".sympath+", new(".sympath+ path", "Adds to the symbol path.", ".sympath+ symbols"), call => Set(call, append: true)) { IsWord = true },
        new(".symfix", new(".symfix [folder]", "Sets the symbol path to Microsoft's public server, with a cache in a folder.", ".symfix"), call => Fix(call, append: false)) { IsWord = true },
        new(".symfix+", new(".symfix+ [folder]", "Adds Microsoft's public server to the symbol path.", ".symfix+"), call => Fix(call, append: true)) { IsWord = true },
        new(".exepath", new(".exepath [path]", "Shows or sets where image files are looked for; PDBs beside them are found too.", ".exepath /src/bin"), call => SetImages(call, append: false)) { IsWord = true },
        new(".exepath+", new(".exepath+ path", "Adds to the executable path.", ".exepath+ /src/bin"), call => SetImages(call, append: true)) { IsWord = true },
    ];

    private void Set(CommandCall call, bool append)
    {
        string path = call.Arguments.ReadRest();
        if (append && path.Length == 0) throw call.Arguments.Error("Missing path: syntax error");
        if (path.Length > 0) session.Client.SymbolLoading.Path = append ? session.Client.SymbolLoading.Path.Append(path) : SymbolPath.Parse(path);
        Show();
    }

    private void Fix(CommandCall call, bool append)
    {
        string folder = call.Arguments.ReadRest();
        SymbolPath present = session.Client.SymbolLoading.Path;
        session.Client.SymbolLoading.Path = append ? present.AppendPublicStore(folder) : SymbolPath.PublicStore(folder);
        if (!append && folder.Length == 0) session.WriteLine("No downstream store given, using " + session.Client.SymbolLoading.Path.Folders.DownstreamStore);
        Show();
    }

    private void SetImages(CommandCall call, bool append)
    {
        string path = call.Arguments.ReadRest();
        if (append && path.Length == 0) throw call.Arguments.Error("Missing path: syntax error");
        SymbolLoading loading = session.Client.SymbolLoading;
        if (path.Length > 0) loading.ImagePath = append && loading.ImagePath.Length > 0 ? $"{loading.ImagePath};{path}" : path;
        session.WriteLine($"Executable image search path is: {loading.ImagePath}");
    }

    private void Show()
    {
        SymbolPath path = session.Client.SymbolLoading.Path;
        session.WriteLine($"Symbol search path is: {path}");
        if (path.Elements.Count > 0) session.WriteLine($"Expanded Symbol search path is: {path.Expanded}");
        foreach (string warning in path.Warnings) session.WriteLine(warning);
    }
}
