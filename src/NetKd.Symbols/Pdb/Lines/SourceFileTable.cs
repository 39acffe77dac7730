using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Layout;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Lines;

/// <summary>Which source files each module was made of (LLVM documentation, "The PDB DBI Stream", file info substream).</summary>
internal sealed class SourceFileTable
{
    private const int MaxName = 4096;

    private readonly MsfStream _stream;
    private readonly uint _counts;
    private readonly uint _files;
    private readonly uint _names;
    private readonly uint _nameBytes;

    public SourceFileTable(DebugInformation debug)
    {
        _stream = debug.Stream;
        (uint start, uint size) = debug.Sources;
        if (size < 4) return;
        int modules = _stream.ReadUInt16(start);
        // Behind the two counts: for each module the index of its first file, which wraps at 65536 and is not used, then its number of files.
        _counts = start + 4 + (uint)modules * 2;
        _files = _counts + (uint)modules * 2;
        uint end = start + size;
        if (_files > end || !_stream.TryRead(_counts, modules * 2, out ReadOnlySpan<byte> counts)) return;
        uint total = 0;
        for (int i = 0; i < modules; i++) total += BinaryPrimitives.ReadUInt16LittleEndian(counts[(i * 2)..]);
        _names = _files + total * 4;
        if (total > size / 4 || _names > end) return;
        _nameBytes = end - _names;
        ModuleCount = modules;
    }

    public int ModuleCount { get; }

    /// <summary>Offsets into the names, module by module.</summary>
    public IEnumerable<(int Module, uint Name)> All()
    {
        uint at = _files;
        for (int module = 0; module < ModuleCount; module++)
        {
            int count = _stream.ReadUInt16(_counts + (uint)module * 2);
            for (int i = 0; i < count; i++, at += 4) yield return (module, _stream.ReadUInt32(at));
        }
    }

    /// <summary>A file's name by its offset.</summary>
    public string Name(uint offset) =>
        offset < _nameBytes && _stream.TryRead(_names + offset, (int)Math.Min(_nameBytes - offset, MaxName), out ReadOnlySpan<byte> bytes) ? PdbText.Read(bytes) : "";
}
