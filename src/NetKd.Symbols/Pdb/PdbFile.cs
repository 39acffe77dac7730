using NetKd.Symbols.Pdb.Layout;
using NetKd.Symbols.Pdb.Lines;
using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Names;
using NetKd.Symbols.Pdb.Symbols;
using NetKd.Symbols.Pdb.Types;
using NetKd.Symbols.Types;

namespace NetKd.Symbols.Pdb;

/// <summary>
/// A PDB: the symbols, types and lines of one image. Opening reads headers and the list of modules; everything else is searched where it lies in
/// the mapped file, and what is indexed is indexed a module at a time. Safe to use from several threads, so that targets share it; dispose it when
/// nobody uses it any more.
/// </summary>
/// <remarks>By address is in <c>PdbFile.ByAddress.cs</c>, by name in <c>PdbFile.ByName.cs</c>, scopes and lines in <c>PdbFile.Source.cs</c>.</remarks>
public sealed partial class PdbFile : SymbolFile
{
    private readonly MsfFile _file;
    private readonly PdbInfo _info;
    private readonly DebugInformation _debug;
    private readonly Addresses _addresses;
    private readonly ContributionTable _contributions;
    private readonly ModuleTable _modules;
    private readonly MsfStream _records;
    private readonly NameTable _globals;
    private readonly PublicNames _publics;
    private readonly StringTable _strings;
    private readonly SourceFileTable _sources;
    private readonly X86FrameTable _frames;
    private readonly PdbTypeTable _types;
    private readonly PdbIdTable _ids;

    private PdbFile(MsfFile file)
    {
        _file = file;
        _info = PdbInfo.Read(file);
        _debug = DebugInformation.Read(file);
        _addresses = new Addresses(file, _debug);
        _contributions = new ContributionTable(_debug);
        _modules = new ModuleTable(file, _debug, _addresses);
        _records = file.Stream(_debug.RecordsStream) ?? throw new PdbFormatException($"{file.Path} has no symbol records.");
        _globals = new NameTable(file.Stream(_debug.GlobalsStream), 0, _records);
        _publics = new PublicNames(file.Stream(_debug.PublicsStream), _records);
        _strings = new StringTable(file.Stream(_info.FindStream("/names")));
        _sources = new SourceFileTable(_debug);
        _frames = new X86FrameTable(file, _debug, _addresses, _strings);
        _types = new PdbTypeTable(file, new Typedefs(_globals, _records));
        _ids = new PdbIdTable(file, _types);
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="PdbFormatException">It is no PDB, one of another version, or damaged; the message says where.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PdbFile Open(string path)
    {
        MsfFile file = MsfFile.Open(path);
        try
        {
            return new PdbFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Path => _file.Path;

    /// <summary>The GUID that the image's CodeView record repeats.</summary>
    public Guid Signature => _info.Signature;

    /// <summary>The age that the image's CodeView record repeats.</summary>
    public uint Age => _debug.Age;

    /// <summary>PE machine type of the image.</summary>
    public ushort Machine => _debug.Machine;

    /// <inheritdoc/>
    public override SymbolDetail Detail => _debug.IsStripped ? SymbolDetail.Public : SymbolDetail.Private;

    /// <summary>The records behind <see cref="Types"/>.</summary>
    internal PdbTypeTable TypeRecords => _types;

    /// <summary>The names of functions beside their types.</summary>
    internal PdbIdTable Ids => _ids;

    /// <inheritdoc/>
    public override TypeTable? Types => _types.FirstIndex < _types.EndIndex ? _types : null;

    /// <inheritdoc/>
    public override bool HasLines => !_debug.IsStripped && _sources.ModuleCount > 0;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
        base.Dispose(disposing);
    }
}
