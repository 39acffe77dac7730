using System.Buffers.Binary;
using NetKd.Symbols.Images;
using NetKd.Symbols.Pdb.Layout;
using NetKd.Symbols.Pdb.Lines;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb;

/// <summary>How 32-bit x86 functions keep their frames: FPO_DATA records (winnt.h) and the newer ones with programs (LLVM's FrameData), both sorted by place.</summary>
internal sealed class X86FrameTable
{
    private const int FpoSize = 16;
    private const int FrameDataSize = 32;

    private readonly MsfStream? _fpo;
    private readonly MsfStream? _frameData;
    private readonly Addresses _addresses;
    private readonly StringTable _strings;

    public X86FrameTable(MsfFile file, DebugInformation debug, Addresses addresses, StringTable strings)
    {
        _addresses = addresses;
        _strings = strings;
        if (debug.Machine != MachineType.X86) return;
        _fpo = file.Stream(debug.DebugStream(DebugStreams.FramePointerOmission));
        _frameData = file.Stream(debug.DebugStream(DebugStreams.FrameData));
    }

    /// <summary>The record for a place; the newer kind first, since it says more.</summary>
    public X86FrameData? Find(uint imageOffset)
    {
        uint linked = _addresses.ToLinked(imageOffset);
        return linked == uint.MaxValue ? null : FindFrameData(linked) ?? FindFpo(linked);
    }

    // Records of one function may nest, the inner ones behind the outer: the last one that holds the place says most.
    private X86FrameData? FindFrameData(uint linked)
    {
        if (_frameData is null) return null;
        const int MaxNesting = 32;
        int last = LastAtOrBefore(_frameData, FrameDataSize, linked);
        for (int i = last; i >= 0 && i > last - MaxNesting; i--)
        {
            if (!_frameData.TryRead((uint)(i * FrameDataSize), FrameDataSize, out ReadOnlySpan<byte> record)) return null;
            uint start = BinaryPrimitives.ReadUInt32LittleEndian(record);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
            if (linked - start >= size) continue;
            return new X86FrameData(
                _addresses.ToImage(start),
                size,
                BinaryPrimitives.ReadUInt32LittleEndian(record[8..]),
                BinaryPrimitives.ReadUInt32LittleEndian(record[12..]),
                BinaryPrimitives.ReadUInt16LittleEndian(record[24..]),
                BinaryPrimitives.ReadUInt16LittleEndian(record[26..]),
                UsesFramePointer: false,
                Kind: 0,
                _strings[BinaryPrimitives.ReadUInt32LittleEndian(record[20..])]);
        }

        return null;
    }

    private X86FrameData? FindFpo(uint linked)
    {
        if (_fpo is null) return null;
        int index = LastAtOrBefore(_fpo, FpoSize, linked);
        if (index < 0 || !_fpo.TryRead((uint)(index * FpoSize), FpoSize, out ReadOnlySpan<byte> record)) return null;
        uint start = BinaryPrimitives.ReadUInt32LittleEndian(record);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
        if (linked - start >= size) return null;
        // Locals and parameters are counted in words of four bytes, saved registers in registers.
        byte flags = record[15];
        return new X86FrameData(
            _addresses.ToImage(start),
            size,
            BinaryPrimitives.ReadUInt32LittleEndian(record[8..]) * 4,
            BinaryPrimitives.ReadUInt16LittleEndian(record[12..]) * 4u,
            record[14],
            (uint)(flags & 7) * 4,
            UsesFramePointer: (flags & 0x10) != 0,
            Kind: flags >> 6,
            "");
    }

    private static int LastAtOrBefore(MsfStream stream, int size, uint place)
    {
        int low = 0, high = (int)(stream.Length / (uint)size) - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (stream.ReadUInt32((uint)(middle * size)) <= place) low = middle + 1;
            else high = middle - 1;
        }

        return high;
    }
}
