using NetKd.Symbols.Images;

namespace NetKd.Commands.Modules;

/// <summary>What an image's headers say: <c>!lmi</c>, <c>!dh</c>.</summary>
internal sealed class ImageCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("!lmi", new("!lmi module", "Shows what a module's headers say, and how its symbols were loaded.", "!lmi nt"), ShowModule) { IsWord = true },
        new("!dh", new("!dh [-f|-s|-a] module", "Shows a module's headers in full: -f file header only, -s sections only.", "!dh nt"), ShowHeaders) { IsWord = true },
    ];

    /// <summary>A module by name, or by an address within it.</summary>
    public static Module FindModule(CommandSession session, string text)
    {
        if (session.Client.Modules.FindByName(text) is { } named) return named;
        try
        {
            if (session.Client.Modules.FindByAddress(session.Masm.Evaluate(text)) is { } holding) return holding;
        }
        catch (CommandException)
        {
            // Neither a module nor an expression: one message says so.
        }

        throw new CommandException($"'{text}' is neither a module nor an address in one; lm lists the modules.");
    }

    private void ShowModule(CommandCall call)
    {
        session.RequireStopped();
        string text = call.Arguments.ReadRest();
        if (text.Length == 0) throw call.Arguments.Error("Say which module: syntax error");
        Module module = FindModule(session, text);
        session.WriteLine($"Loaded Module Info: [{text}]");
        session.WriteLine($"         Module: {module.Name}");
        session.WriteLine($"   Base Address: {module.Base:x16}");
        session.WriteLine($"     Image Name: {module.ImageName}");
        PeImage image = module.Image ?? throw new CommandException($"The image headers of {module.Name} cannot be read: they are paged out, or no image is there.");
        session.WriteLine($"   Machine Type: {image.Machine} ({ImageHeaderText.Machine(image.Machine)})");
        session.WriteLine($"     Time Stamp: {image.Timestamp:x8} {TimeText.Seconds(DateTimeOffset.FromUnixTimeSeconds(image.Timestamp))}");
        session.WriteLine($"           Size: {module.Size:x}");
        session.WriteLine($"       CheckSum: {image.Checksum:x}");
        WriteDebugEntries(module.DebugDirectory!);
        session.WriteLine("     Image Type: MEMORY   - Image read successfully from loaded memory.");
        _ = module.Symbols;
        string path = module.LoadedSymbols?.Path ?? "";
        session.WriteLine($"    Symbol Type: {SymbolType(module)}");
        if (path.Length > 0) session.WriteLine($"                 {path}");
        session.WriteLine($"    Load Report: {Report(module)}");
        if (path.Length > 0) session.WriteLine($"                 {path}");
    }

    private void WriteDebugEntries(DebugDirectory debug)
    {
        session.WriteLine("Debug Data Dirs: Type  Size     VA  Pointer");
        foreach (DebugDirectoryEntry entry in debug.Entries)
        {
            string type = entry.Type == DebugDirectoryEntry.CodeView ? "CODEVIEW" : ImageHeaderText.DebugType(entry.Type).ToUpperInvariant();
            string content = entry.Type != DebugDirectoryEntry.CodeView ? (entry.Address == 0 ? " [Data not mapped]" : "")
                : debug.Pdb is { Signature: null } pdb ? $" RSDS - GUID: {{{pdb.Guid.ToString().ToUpperInvariant()}}}"
                : debug.Pdb is { } old ? $" NB10 - Sig: {old.Signature:x}" : $" [{debug.Problem}]";
            session.WriteLine($"{type,21} {entry.Size,5:x}, {entry.Address,5:x}, {entry.FileOffset,7:x}{content}");
            if (entry.Type == DebugDirectoryEntry.CodeView && debug.Pdb is { } named) session.WriteLine($"               Age: {named.Age:x}, Pdb: {named.Path}");
        }
    }

    private static string SymbolType(Module module) => module.SymbolStatus switch
    {
        SymbolStatus.PrivatePdb or SymbolStatus.Pdb when module.IsSymbolMismatch => $"PDB      - Mismatched: {module.SymbolReason}",
        SymbolStatus.PrivatePdb or SymbolStatus.Pdb => "PDB      - Symbols loaded successfully from symbol search path.",
        SymbolStatus.Kallsyms => "KALLSYMS - the kernel's own list of names",
        SymbolStatus.Export => $"EXPORT   - {Reason(module)}",
        SymbolStatus.Deferred => "DEFERRED - being fetched",
        _ => $"NONE     - {Reason(module)}",
    };

    private static string Reason(Module module) => module.SymbolReason.Length > 0 ? module.SymbolReason : "PDB not found";

    private static string Report(Module module) => module.SymbolStatus switch
    {
        SymbolStatus.PrivatePdb => module.PdbSymbols is { HasLines: true } ? "private symbols & lines" : "private symbols",
        SymbolStatus.Pdb => "public symbols",
        SymbolStatus.Kallsyms => "kallsyms",
        SymbolStatus.Export => "export symbols",
        SymbolStatus.Deferred => "deferred",
        _ => "no symbols",
    };

    private void ShowHeaders(CommandCall call)
    {
        session.RequireStopped();
        bool headers = true, sections = true;
        call.Arguments.SkipBlanks();
        while (call.Arguments.Current == '-')
        {
            string option = call.Arguments.ReadWord();
            (headers, sections) = option switch
            {
                "-f" => (true, false),
                "-s" => (false, true),
                "-a" => (true, true),
                _ => throw call.Arguments.Error("The options are -f, -s and -a: syntax error"),
            };
            call.Arguments.SkipBlanks();
        }

        string text = call.Arguments.ReadRest();
        if (text.Length == 0) throw call.Arguments.Error("Say which module: syntax error");
        PeImage image = Image(text);
        session.WriteLine();
        if (headers) session.WriteLines(ImageHeaderText.Headers(image), call.Cancellation);
        if (sections) session.WriteLines(ImageHeaderText.Sections(image), call.Cancellation);
        if (headers && sections) session.WriteLines(ImageHeaderText.Debug(DebugDirectory.Read(image)), call.Cancellation);
    }

    // An image need not be on the list: an address will do.
    private PeImage Image(string text)
    {
        if (session.Client.Modules.FindByName(text) is { } module && module.Image is { } known) return known;
        ulong address = session.Masm.Evaluate(text);
        return PeImage.TryRead(session.Client.Virtual, address)
            ?? throw new CommandException($"No image headers can be read at {session.Address(address)}: they are paged out, or no image is there.");
    }
}
