using System.Buffers.Binary;
using NetKd.Linux.Btf;
using NetKd.Linux.Kallsyms;
using NetKd.Symbols;
using NetKd.Symbols.Types;

namespace NetKd.Linux.Orc;

/// <summary>
/// The unwind table that an amd64 Linux kernel carries (CONFIG_UNWINDER_ORC; kernel documentation: x86/orc-unwinder): sorted addresses, each relative to its
/// own place, and six bytes for each. Searched where it is: a look-up reads some twenty numbers. Not for code of loadable modules.
/// </summary>
public sealed class OrcTable
{
    private const int EntrySize = 6;
    private const int MaxEntries = 16 << 20;

    private readonly ulong _addresses;
    private readonly ulong _entries;
    private readonly int _count;

    // Where the two bytes behind the offsets have the kind; and kernels before 6.4 have a flag for the outermost frame, and no number for it.
    private readonly int _kindBits;
    private readonly int _endBit;

    private OrcTable(ulong addresses, ulong entries, int count, int kindBits, int endBit)
    {
        _addresses = addresses;
        _entries = entries;
        _count = count;
        _kindBits = kindBits;
        _endBit = endBit;
    }

    /// <summary>Finds a kernel's table by its names; its types say which of the two layouts it has. Null where there is none.</summary>
    public static OrcTable? Of(KernelNames names, BtfTypes? types)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (!names.TryFind("__start_orc_unwind_ip", out ulong start) || !names.TryFind("__stop_orc_unwind_ip", out ulong stop) || !names.TryFind("__start_orc_unwind", out ulong entries)) return null;
        if (stop <= start || (stop - start) / 4 > MaxEntries || types is null || !types.TryFind("orc_entry", out TypeInfo? type) || type is not UserDefinedType entry) return null;
        int Position(string name) => entry.Fields.FirstOrDefault(f => f.Name == name) is { Type: BitFieldType bits } field ? (int)(8 * (field.Offset - 4)) + bits.Position : -1;
        int kind = entry.Fields.FirstOrDefault(f => f.Name == "type")?.Type is BitFieldType { Length: var length } ? length : 0;
        return Position("type") == 8 && kind is 2 or 3 ? new OrcTable(start, entries, (int)((stop - start) / 4), kind, Position("end")) : null;
    }

    /// <summary>Finds the entry of an address; false where memory cannot be read or the address is before the first.</summary>
    public bool TryFind(IAddressReader memory, ulong address, out OrcEntry entry)
    {
        ArgumentNullException.ThrowIfNull(memory);
        entry = default;
        int low = 0, high = _count;
        while (high - low > 1)
        {
            int middle = (low + high) >>> 1;
            if (!TryReadAddress(memory, middle, out ulong start)) return false;
            if (start <= address) low = middle;
            else high = middle;
        }

        Span<byte> bytes = stackalloc byte[EntrySize];
        if (!TryReadAddress(memory, low, out ulong first) || first > address || memory.Read(_entries + (ulong)(EntrySize * low), bytes) != EntrySize) return false;
        entry = Decode(bytes);
        return true;
    }

    private bool TryReadAddress(IAddressReader memory, int index, out ulong address)
    {
        Span<byte> bytes = stackalloc byte[4];
        ulong place = _addresses + (ulong)(4 * index);
        bool read = memory.Read(place, bytes) == bytes.Length;
        address = unchecked(place + (ulong)BinaryPrimitives.ReadInt32LittleEndian(bytes));
        return read;
    }

    private OrcEntry Decode(ReadOnlySpan<byte> bytes)
    {
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        OrcBase stack = (OrcBase)(bits & 15), frame = (OrcBase)(bits >> 4 & 15);
        int number = bits >> 8 & ((1 << _kindBits) - 1);
        OrcKind kind = _kindBits == 3
            ? number switch { 1 => OrcKind.End, 2 => OrcKind.Call, 3 => OrcKind.Registers, 4 => OrcKind.InterruptFrame, _ => OrcKind.Undefined }
            : stack == OrcBase.Undefined ? (_endBit >= 0 && (bits >> _endBit & 1) != 0 ? OrcKind.End : OrcKind.Undefined)
            : number switch { 0 => OrcKind.Call, 1 => OrcKind.Registers, 2 => OrcKind.InterruptFrame, _ => OrcKind.Undefined };
        return new OrcEntry(kind, stack, BinaryPrimitives.ReadInt16LittleEndian(bytes), frame, BinaryPrimitives.ReadInt16LittleEndian(bytes[2..]));
    }
}
