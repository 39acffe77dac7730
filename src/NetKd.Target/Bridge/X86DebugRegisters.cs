using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Bridge;

/// <summary>Dr0 to Dr7 of amd64 and x86 (SDM 3B, 18.2), in the records of either.</summary>
internal sealed class X86DebugRegisters : HardwareBreakpoints
{
    private const int Count = 4;
    private const ulong HitBits = 15;

    private readonly ulong[] _addresses = new ulong[Count];
    private readonly bool _is64Bit;
    private readonly Place _context;
    private readonly Place _special;

    // Where a record keeps Dr0 and its neighbours, Dr6 and Dr7.
    private readonly record struct Place(int Dr0, int Dr6, int Dr7);

    private X86DebugRegisters(bool is64Bit, Place context, Place special)
    {
        _is64Bit = is64Bit;
        _context = context;
        _special = special;
    }

    /// <summary>Dr6: what was hit.</summary>
    public ulong Status { get; private set; }

    /// <summary>Dr7: what is armed.</summary>
    public ulong Control { get; private set; }

    /// <summary>Those of an amd64 processor.</summary>
    public static X86DebugRegisters Of64Bits() => new(
        true, new(Amd64ContextOffsets.Dr0, Amd64ContextOffsets.Dr6, Amd64ContextOffsets.Dr7),
        new(Amd64SpecialRegisterOffsets.KernelDr0, Amd64SpecialRegisterOffsets.KernelDr6, Amd64SpecialRegisterOffsets.KernelDr7));

    /// <summary>Those of a 32-bit processor.</summary>
    public static X86DebugRegisters Of32Bits() => new(
        false, new(OffsetOf("dr0"), OffsetOf("dr6"), OffsetOf("dr7")),
        new(X86SpecialRegisterOffsets.KernelDr0, X86SpecialRegisterOffsets.KernelDr6, X86SpecialRegisterOffsets.KernelDr7));

    /// <inheritdoc/>
    public override void WriteContext(Span<byte> record) => Write(record, _context);

    /// <inheritdoc/>
    public override void ReadContext(ReadOnlySpan<byte> record) => Read(record, _context);

    /// <inheritdoc/>
    public override void WriteSpecial(Span<byte> block) => Write(block, _special);

    /// <inheritdoc/>
    public override void ReadSpecial(ReadOnlySpan<byte> block) => Read(block, _special);

    /// <inheritdoc/>
    public override void SetControl(ulong value) => Control = value;

    /// <inheritdoc/>
    protected override IEnumerable<Wanted> Armed()
    {
        for (int i = 0; i < Count; i++)
        {
            if ((Control >> (2 * i) & 3) == 0) continue;
            int kind = (int)(Control >> (16 + 4 * i) & 3), length = (int)(Control >> (18 + 4 * i) & 3);
            GdbBreakpointKind? wanted = kind switch { 0 => GdbBreakpointKind.Hardware, 1 => GdbBreakpointKind.WriteWatch, 3 => GdbBreakpointKind.AccessWatch, _ => null };
            // Two bits of length: 1, 2, 8, 4 bytes.
            int size = kind == 0 ? 1 : length switch { 0 => 1, 1 => 2, 2 => 8, _ => 4 };
            if (wanted is { } breakpoint) yield return new Wanted(i, breakpoint, _addresses[i], size);
        }
    }

    /// <inheritdoc/>
    protected override void ClearHits() => Status &= ~HitBits;

    /// <inheritdoc/>
    protected override void TellHit(int index) => Status |= 1UL << index;

    private static int OffsetOf(string name) => ContextLayout.X86.Find(name)!.Offset;

    private void Write(Span<byte> record, Place place)
    {
        for (int i = 0; i < Count; i++) Put(record, place.Dr0 + i * Width, _addresses[i]);
        Put(record, place.Dr6, Status);
        Put(record, place.Dr7, Control);
    }

    private void Read(ReadOnlySpan<byte> record, Place place)
    {
        for (int i = 0; i < Count; i++) _addresses[i] = Get(record, place.Dr0 + i * Width);
        Status = Get(record, place.Dr6);
        Control = Get(record, place.Dr7);
    }

    private int Width => _is64Bit ? sizeof(ulong) : sizeof(uint);

    private void Put(Span<byte> record, int offset, ulong value)
    {
        if (_is64Bit) BinaryPrimitives.WriteUInt64LittleEndian(record[offset..], value);
        else BinaryPrimitives.WriteUInt32LittleEndian(record[offset..], (uint)value);
    }

    private ulong Get(ReadOnlySpan<byte> record, int offset) =>
        _is64Bit ? BinaryPrimitives.ReadUInt64LittleEndian(record[offset..]) : BinaryPrimitives.ReadUInt32LittleEndian(record[offset..]);
}
