using System.Buffers.Binary;
using NetKd.Symbols.Images;
using NetKd.Symbols.Pdb.Layout;
using NetKd.Symbols.Scopes;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>Where local variables are: the S_DEFRANGE_… records behind an S_LOCAL, and the older records that say it themselves.</summary>
internal sealed class LocationReader(ushort machine, Addresses addresses)
{
    private const int MaxGaps = 4096;
    private const int RangeSize = 8;

    /// <summary>The register that the function's locals count from, by S_FRAMEPROC; set when that record is met.</summary>
    public string LocalBase { get; set; } = "";

    /// <summary>The register that its parameters count from.</summary>
    public string ParameterBase { get; set; } = "";

    /// <summary>Takes the frame registers from an S_FRAMEPROC.</summary>
    public void TakeFrame(ReadOnlySpan<byte> data)
    {
        if (data.Length < 26) return;
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(data[22..]);
        LocalBase = BaseRegister(flags >> 14 & 3);
        ParameterBase = BaseRegister(flags >> 16 & 3);
    }

    /// <summary>The location of a range record, or null for other records and damaged ones.</summary>
    public LocationRange? Read(RecordKind kind, ReadOnlySpan<byte> data, bool isParameter)
    {
        switch (kind)
        {
            case RecordKind.RangeRegister when data.Length >= 4:
                return With(new RegisterLocation(Register(data)), data[4..]);
            case RecordKind.RangeFramePointer when data.Length >= 4:
                return With(FromFrame(data, isParameter), data[4..]);
            case RecordKind.RangeFramePointerFullScope when data.Length >= 4:
                return new LocationRange(FromFrame(data, isParameter), []);
            case RecordKind.RangeSubfieldRegister when data.Length >= 8:
                uint part = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]) & 0xfff;
                return With(new PieceLocation([new LocationPiece(part, new RegisterLocation(Register(data)))]), data[8..]);
            case RecordKind.RangeRegisterRelative when data.Length >= 8:
                ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(data[2..]);
                ValueLocation memory = new RegisterRelativeLocation(Register(data), BinaryPrimitives.ReadInt32LittleEndian(data[4..]));
                // The lowest bit marks a part of a structure that was taken apart; its offset is in the upper twelve.
                if ((flags & 1) != 0) memory = new PieceLocation([new LocationPiece((uint)(flags >> 4), memory)]);
                return With(memory, data[8..]);
            default:
                return null;
        }
    }

    /// <summary>A register's name by its number.</summary>
    public string RegisterName(int number) => CodeViewRegisters.Name(machine, number);

    private string Register(ReadOnlySpan<byte> data) => RegisterName(BinaryPrimitives.ReadUInt16LittleEndian(data));

    private RegisterRelativeLocation FromFrame(ReadOnlySpan<byte> data, bool isParameter) =>
        new(isParameter ? ParameterBase : LocalBase, BinaryPrimitives.ReadInt32LittleEndian(data));

    // A range, then holes in it.
    private LocationRange? With(ValueLocation location, ReadOnlySpan<byte> data)
    {
        if (data.Length < RangeSize) return null;
        uint linked = addresses.Sections.ToOffset(BinaryPrimitives.ReadUInt16LittleEndian(data[4..]), BinaryPrimitives.ReadUInt32LittleEndian(data));
        uint start = addresses.ToImage(linked);
        if (start == uint.MaxValue) return null;
        uint length = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]);
        List<CodeRange> ranges = [];
        uint at = 0;
        data = data[RangeSize..];
        for (int i = 0; data.Length >= 4 && i < MaxGaps; i++, data = data[4..])
        {
            uint gap = BinaryPrimitives.ReadUInt16LittleEndian(data);
            if (gap > length) break;
            if (gap > at) ranges.Add(new CodeRange(start + at, gap - at));
            at = Math.Max(at, gap + BinaryPrimitives.ReadUInt16LittleEndian(data[2..]));
        }

        if (at < length) ranges.Add(new CodeRange(start + at, length - at));
        return ranges.Count == 0 ? null : new LocationRange(location, ranges);
    }

    // The two bits mean other registers on other machines (cvinfo.h, "encoded frame pointer").
    private string BaseRegister(uint encoded) => (machine, encoded) switch
    {
        (MachineType.X86, 1) => "$T0",
        (MachineType.X86, 2) => "ebp",
        (MachineType.X86, 3) => "ebx",
        (MachineType.Arm64, 1) => "sp",
        (MachineType.Arm64, 2) => "fp",
        (_, 1) => "rsp",
        (_, 2) => "rbp",
        (_, 3) => "r13",
        _ => "",
    };
}
