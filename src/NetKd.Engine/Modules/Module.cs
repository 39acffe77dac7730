using NetKd.Engine.DataSpaces;
using NetKd.Engine.Symbols;
using NetKd.Symbols;
using NetKd.Symbols.Images;

namespace NetKd.Engine.Modules;

/// <summary>An image that the target has loaded. What needs requests to the target is read at the first use.</summary>
public sealed class Module
{
    private readonly ImageMemory _constant;
    private readonly ModuleSymbols _symbols;
    private PeImage? _image;
    private DebugDirectory? _debug;
    private ExportTable? _exports;
    private FunctionTable? _functions;
    private uint? _timestamp;
    private uint? _checksum;
    private uint _size;

    internal Module(DebugClient client, string name, string imageName, string fullPath, ulong baseAddress, uint size, uint? timestamp, uint? checksum)
    {
        _constant = new ImageMemory(client.Virtual);
        _symbols = new ModuleSymbols(this, client.SymbolLoading);
        Name = name;
        ImageName = imageName;
        FullPath = fullPath;
        PointerSize = client.Target.PointerSize;
        Base = baseAddress;
        _size = size;
        _timestamp = timestamp;
        _checksum = checksum;
    }

    /// <summary>The name that people type; nt for the kernel.</summary>
    public string Name { get; }

    /// <summary>The file's name.</summary>
    public string ImageName { get; private set; }

    /// <summary>The file's path, as the target gives it.</summary>
    public string FullPath { get; private set; }

    /// <summary>Bytes of a pointer in its target.</summary>
    public int PointerSize { get; }

    /// <summary>Address of the image.</summary>
    public ulong Base { get; }

    /// <summary>Size in memory.</summary>
    public uint Size => _size != 0 ? _size : Image is { } image ? _size = image.Size : 0x1000;

    /// <summary>TimeDateStamp of the file.</summary>
    public uint Timestamp => (_timestamp ??= Image?.Timestamp) ?? 0;

    /// <summary>Checksum of the file.</summary>
    public uint Checksum => (_checksum ??= Image?.Checksum) ?? 0;

    /// <summary>Where its names come from.</summary>
    public SymbolStatus SymbolStatus => _symbols.Status;

    /// <summary>
    /// Its symbols, the best there are: those of its PDB, else its exports; null when its image cannot be read either. Loaded at the first
    /// use, which may take requests and a search; see <see cref="SymbolLoading.Patience"/>.
    /// </summary>
    public SymbolFile? Symbols => _symbols.Load();

    /// <summary>Its PDB, looked for at the first use; null when there is none, or not yet. Exports are not read for it.</summary>
    public SymbolFile? PdbSymbols => _symbols.LoadPdb();

    /// <summary>The symbols loaded so far, null for none; loads nothing.</summary>
    public SymbolFile? LoadedSymbols => _symbols.Loaded;

    /// <summary>Why it has no PDB, or what is wrong with the one it has, in one line; empty when there is nothing to say.</summary>
    public string SymbolReason => _symbols.Reason;

    /// <summary>True when its PDB is of another build than the image.</summary>
    public bool IsSymbolMismatch => _symbols.IsMismatched;

    /// <summary>True while its PDB is being fetched.</summary>
    public bool IsFetchingSymbols => _symbols.IsSearching;

    /// <summary>True for a module that the user named (.reload module=address), not the target's list.</summary>
    public bool IsGivenByUser { get; internal init; }

    /// <summary>The image's headers, or null when they cannot be read.</summary>
    // One that cannot be read is asked for again: its first page may be in memory at the next stop. Within a stop the cache spares the requests.
    public PeImage? Image => _image ??= PeImage.TryRead(_constant, Base);

    /// <summary>What the image says about its debug information, or null when its headers cannot be read.</summary>
    public DebugDirectory? DebugDirectory => _debug ??= Image is { } image ? NetKd.Symbols.Images.DebugDirectory.Read(image) : null;

    /// <summary>The PDB that belongs to the image, or null when it does not say.</summary>
    public PdbIdentity? Pdb => DebugDirectory?.Pdb;

    /// <summary>The names that it exports, or null when its headers cannot be read.</summary>
    public ExportTable? Exports => _exports ??= Image is { } image ? ExportTable.Read(image) : null;

    /// <summary>Its function table, or null when its headers cannot be read.</summary>
    public FunctionTable? Functions => _functions ??= Image is { } image ? FunctionTable.Of(image) : null;

    /// <summary>
    /// Reads what of the loaded image does not change: headers, exports, function table, unwind data, code. Kept from one stop to the next, until
    /// the debugger writes there. Not for data; and for code only where a change by the program itself does no harm.
    /// </summary>
    public IAddressReader Constant => _constant;

    /// <summary>Forgets what was kept of some bytes that are about to change.</summary>
    internal void ForgetConstant(ulong address, int length)
    {
        bool apart = _size != 0 && unchecked(address - Base) >= _size && unchecked(Base - address) >= (ulong)length;
        if (!apart) _constant.Forget(address, length);
    }

    /// <summary>Forgets all that was kept of the image's bytes.</summary>
    internal void ForgetConstants() => _constant.Forget();

    /// <summary>Takes what the target's list says of a module that was known by its address only; what was read of its image stays.</summary>
    internal void Describe(string imageName, string fullPath, uint size)
    {
        ImageName = imageName;
        FullPath = fullPath;
        _size = size;
    }

    /// <summary>Starts to look for its PDB without waiting, so that those of several modules come at the same time.</summary>
    public void BeginLoadingSymbols() => _symbols.BeginLoading();

    /// <summary>Gives its symbols back; the next use looks for them anew. With a mismatch allowed, also a PDB of another build will do.</summary>
    public void UnloadSymbols(bool allowsMismatch = false) => _symbols.Unload(allowsMismatch);

    /// <summary>
    /// True for its name, letter case not counting, and for its image's with or without the extension: the kernel is nt whatever its file is
    /// called.
    /// </summary>
    public bool IsNamed(string name) =>
        Name.Equals(name, StringComparison.OrdinalIgnoreCase)
        || ImageName.Equals(name, StringComparison.OrdinalIgnoreCase)
        || Path.GetFileNameWithoutExtension(ImageName).Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>True for an address within the image.</summary>
    public bool Contains(ulong address) => unchecked(address - Base) < Size;
}
