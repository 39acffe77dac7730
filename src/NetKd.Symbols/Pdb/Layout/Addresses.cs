using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Layout;

/// <summary>
/// Where the places of a PDB's records are in the image. Inside this room, offsets are <em>linked</em>: bytes from the base as the linker laid
/// the image out. Callers speak of the image as it is; both differ only where OMAP streams say so.
/// </summary>
internal sealed class Addresses
{
    private readonly AddressMap? _toLinked;
    private readonly AddressMap? _toImage;

    public Addresses(MsfFile file, DebugInformation debug)
    {
        _toLinked = AddressMap.Read(Stream(file, debug, DebugStreams.MapToSource));
        _toImage = AddressMap.Read(Stream(file, debug, DebugStreams.MapFromSource));
        bool moved = _toLinked is not null && _toImage is not null;
        if (!moved) _toLinked = _toImage = null;
        MsfStream? original = moved ? Stream(file, debug, DebugStreams.OriginalSectionHeaders) : null;
        Sections = SectionTable.Read(original ?? Stream(file, debug, DebugStreams.SectionHeaders));
    }

    public SectionTable Sections { get; }

    /// <summary>The linked offset of an image offset; <see cref="uint.MaxValue"/> for none.</summary>
    public uint ToLinked(uint imageOffset) => _toLinked is null ? imageOffset : _toLinked.Map(imageOffset);

    /// <summary>The image offset of a linked one; <see cref="uint.MaxValue"/> for code that was dropped.</summary>
    public uint ToImage(uint linkedOffset) => _toImage is null || linkedOffset == uint.MaxValue ? linkedOffset : _toImage.Map(linkedOffset);

    private static MsfStream? Stream(MsfFile file, DebugInformation debug, DebugStreams which) => file.Stream(debug.DebugStream(which));
}
