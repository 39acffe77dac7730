using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Layout;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>The modules (object files) of the image. Their list is short beside their symbols, which are read module by module when asked for.</summary>
internal sealed class ModuleTable
{
    private const int HeaderSize = 64;
    private const int MaxModules = 1 << 16;
    private const ushort NoStream = 0xffff;

    private readonly MsfFile _file;
    private readonly Addresses _addresses;
    private readonly List<Entry> _entries = [];
    private readonly PdbModule?[] _modules;

    private readonly record struct Entry(ushort Stream, uint SymbolBytes, uint OldLineBytes, uint LineBytes);

    public ModuleTable(MsfFile file, DebugInformation debug, Addresses addresses)
    {
        _file = file;
        _addresses = addresses;
        (uint at, uint size) = debug.Modules;
        if (debug.Stream.TryRead(at, (int)size, out ReadOnlySpan<byte> rest))
        {
            while (rest.Length >= HeaderSize && _entries.Count < MaxModules)
            {
                _entries.Add(new Entry(
                    BinaryPrimitives.ReadUInt16LittleEndian(rest[34..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(rest[36..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(rest[40..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(rest[44..])));
                // The module's name and its object file's, then padding.
                int length = HeaderSize;
                length += PdbText.Bytes(rest[length..]).Length + 1;
                if (length < rest.Length) length += PdbText.Bytes(rest[length..]).Length + 1;
                rest = rest[Math.Min((length + 3) & ~3, rest.Length)..];
            }
        }

        _modules = new PdbModule?[_entries.Count];
    }

    public int Count => _entries.Count;

    /// <summary>A module by its index from 0; null when there is none, or it has no symbols and no lines.</summary>
    public PdbModule? this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_modules.Length) return null;
            if (Volatile.Read(ref _modules[index]) is { } known) return known;
            Entry entry = _entries[index];
            if (entry.Stream == NoStream) return null;
            MsfStream? stream;
            try
            {
                stream = _file.Stream(entry.Stream);
            }
            catch (PdbFormatException)
            {
                return null;
            }

            if (stream is null) return null;
            PdbModule module = new(index, stream, entry.SymbolBytes, entry.OldLineBytes, entry.LineBytes, _addresses);
            return Interlocked.CompareExchange(ref _modules[index], module, null) ?? module;
        }
    }
}
