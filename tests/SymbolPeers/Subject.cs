using NetKd.SymbolPeers.DbgHelp;

namespace NetKd.SymbolPeers;

/// <summary>A program about which we and others are asked, with what the others say about it, each asked once.</summary>
internal sealed class Subject
{
    private static readonly Lazy<IReadOnlyList<Subject>> s_all = new(() => [.. SampleBuilds.Names.Select(name => new Subject(name, SampleBuilds.Build(name))), TargetOs()]);

    private readonly Lazy<PdbUtilFile> _pdbUtil;
    private readonly Lazy<SymbolFile> _ours;
    private readonly Lazy<IReadOnlyDictionary<string, IReadOnlyList<string[]>>> _dbgHelp;

    private Subject(string name, SampleProgram program)
    {
        Name = name;
        Program = program;
        _pdbUtil = new Lazy<PdbUtilFile>(() => new PdbUtilFile(program.Pdb));
        _ours = new Lazy<SymbolFile>(() => PdbFile.Open(program.Pdb));
        _dbgHelp = new Lazy<IReadOnlyDictionary<string, IReadOnlyList<string[]>>>(AskDbgHelp);
    }

    /// <summary>All sample programs, and the bundled target computer, whose PDB the .NET native compiler and lld-link made.</summary>
    public static IReadOnlyList<Subject> All => s_all.Value;

    /// <summary>Name for messages.</summary>
    public string Name { get; }

    /// <summary>Image and PDB.</summary>
    public SampleProgram Program { get; }

    /// <summary>What llvm-pdbutil says.</summary>
    public PdbUtilFile PdbUtil => _pdbUtil.Value;

    /// <summary>What Microsoft's dbghelp says, by command: fields of lines.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string[]>> DbgHelp => _dbgHelp.Value;

    /// <summary>What we say.</summary>
    public SymbolFile Ours => _ours.Value;

    /// <summary>It has names for linking only.</summary>
    public bool IsStripped => Name.StartsWith("stripped", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    // One run of Wine a subject: starting it costs more than all questions.
    private IReadOnlyDictionary<string, IReadOnlyList<string[]>> AskDbgHelp()
    {
        IReadOnlyCollection<uint> offsets = Grid.Of(this);
        using DbgHelpLibrary library = new();
        library.Add("module");
        library.Add("symbols *");
        library.Add("sources");
        library.Add("addresses", offsets);
        library.Add("lines", offsets);
        library.Add("inlines", offsets);
        library.Add("locals", PdbUtil.Lines.Select(l => l.Offset).Distinct().Order());
        library.Add("names", PdbUtil.ModuleSymbols.Where(s => s.IsFunction).Concat(PdbUtil.Globals.Where(s => s.Kind.Contains("DATA", StringComparison.Ordinal) || s.Kind.Contains("THREAD", StringComparison.Ordinal))).Select(s => s.Name).Distinct());
        library.Add("types", PdbUtil.Types.Indices.Where(i => PdbUtil.Types.KindOf(i) is "LF_STRUCTURE" or "LF_CLASS" or "LF_UNION" or "LF_ENUM").Select(PdbUtil.Types.NameOf).Distinct());
        return library.Ask(Program.Image);
    }

    private static Subject TargetOs()
    {
        string folder = Path.Combine(SampleProgram.Root(), "artifacts", "targetos");
        SampleProgram program = new(Path.Combine(folder, "BOOTX64.EFI"), Path.Combine(folder, "targetos.pdb"));
        if (!File.Exists(program.Image) || !File.Exists(program.Pdb))
        {
            throw new Xunit.Sdk.XunitException("The bundled target computer is not built: dotnet build targetos/TargetOs.csproj -c Release (needs clang and lld)");
        }

        return new Subject("targetos", program);
    }
}
