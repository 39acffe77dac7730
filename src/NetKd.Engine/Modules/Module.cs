using NetKd.Engine.DataSpaces;
using NetKd.Symbols;
using NetKd.Symbols.Images;

namespace NetKd.Engine.Modules;

/// <summary>Where a module's names come from.</summary>
public enum SymbolStatus
{
    /// <summary>Nobody has asked yet.</summary>
    Deferred,
    /// <summary>From the image's exports.</summary>
    Export,
    /// <summary>There are none.</summary>
    None,
}

/// <summary>An image that the target has loaded. What needs requests to the target is read at the first use.</summary>
public sealed class Module
{
    private readonly ImageMemory _constant;
    private PeImage? _image;
    private ExportTable? _exports;
    private FunctionTable? _functions;
    private uint? _timestamp;
    private uint? _checksum;
    private uint _size;

    internal Module(IAddressReader memory, string name, string imageName, string fullPath, ulong baseAddress, uint size, uint? timestamp, uint? checksum)
    {
        _constant = new ImageMemory(memory);
        Name = name;
        ImageName = imageName;
        FullPath = fullPath;
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

    /// <summary>Address of the image.</summary>
    public ulong Base { get; }

    /// <summary>Size in memory.</summary>
    public uint Size => _size != 0 ? _size : Image is { } image ? _size = image.Size : 0x1000;

    /// <summary>TimeDateStamp of the file.</summary>
    public uint Timestamp => (_timestamp ??= Image?.Timestamp) ?? 0;

    /// <summary>Checksum of the file.</summary>
    public uint Checksum => (_checksum ??= Image?.Checksum) ?? 0;

    /// <summary>Where its names come from.</summary>
    public SymbolStatus SymbolStatus => _exports is null ? SymbolStatus.Deferred : _exports.Names.Count > 0 ? SymbolStatus.Export : SymbolStatus.None;

    /// <summary>The image's headers, or null when they cannot be read.</summary>
    // One that cannot be read is asked for again: its first page may be in memory at the next stop. Within a stop the cache spares the requests.
    public PeImage? Image => _image ??= PeImage.TryRead(_constant, Base);

    /// <summary>The names that it exports, or null when its headers cannot be read.</summary>
    public ExportTable? Exports => _exports ??= Image is { } image ? ExportTable.Read(image) : null;

    /// <summary>Its function table, or null when its headers cannot be read.</summary>
    public FunctionTable? Functions => _functions ??= Image is { } image ? FunctionTable.Of(image) : null;

    /// <summary>
    /// Reads what of the loaded image does not change: headers, exports, function table, unwind data. Kept from one stop to the next. Not for
    /// code or data.
    /// </summary>
    public IAddressReader Constant => _constant;

    /// <summary>The image's file as it would be mapped at <see cref="Base"/>, once somebody has found one of the same identity; spares the target requests.</summary>
    internal IAddressReader? ImageFile
    {
        get => _constant.File;
        set => _constant.File = value;
    }

    /// <summary>Takes what the target's list says of a module that was known by its address only; what was read of its image stays.</summary>
    internal void Describe(string imageName, string fullPath, uint size)
    {
        ImageName = imageName;
        FullPath = fullPath;
        _size = size;
    }

    /// <summary>True for an address within the image.</summary>
    public bool Contains(ulong address) => unchecked(address - Base) < Size;
}
