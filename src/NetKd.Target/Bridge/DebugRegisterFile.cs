using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Bridge;

/// <summary>
/// The debug registers that the debugger sees (SDM 3B, 18.2). Stubs do not give the processor's; what is set here becomes breakpoints of the
/// stub's own while the machine runs, and what those report comes back as bits of Dr6.
/// </summary>
internal sealed class DebugRegisterFile
{
    private const int Count = 4;
    private readonly ulong[] _addresses = new ulong[Count];
    private readonly List<(int Index, GdbBreakpointKind Kind, ulong Address, int Size)> _inserted = [];

    /// <summary>Dr6: what was hit.</summary>
    public ulong Status { get; set; }

    /// <summary>Dr7: what is armed.</summary>
    public ulong Control { get; set; }

    public void WriteContext(Span<byte> record)
    {
        for (int i = 0; i < Count; i++) BinaryPrimitives.WriteUInt64LittleEndian(record[(Amd64ContextOffsets.Dr0 + 8 * i)..], _addresses[i]);
        BinaryPrimitives.WriteUInt64LittleEndian(record[Amd64ContextOffsets.Dr6..], Status);
        BinaryPrimitives.WriteUInt64LittleEndian(record[Amd64ContextOffsets.Dr7..], Control);
    }

    public void ReadContext(ReadOnlySpan<byte> record) => Take(record[Amd64ContextOffsets.Dr0..], record[Amd64ContextOffsets.Dr6..], record[Amd64ContextOffsets.Dr7..]);

    public void WriteSpecial(Span<byte> block)
    {
        for (int i = 0; i < Count; i++) BinaryPrimitives.WriteUInt64LittleEndian(block[(Amd64SpecialRegisterOffsets.KernelDr0 + 8 * i)..], _addresses[i]);
        BinaryPrimitives.WriteUInt64LittleEndian(block[Amd64SpecialRegisterOffsets.KernelDr6..], Status);
        BinaryPrimitives.WriteUInt64LittleEndian(block[Amd64SpecialRegisterOffsets.KernelDr7..], Control);
    }

    public void ReadSpecial(ReadOnlySpan<byte> block) =>
        Take(block[Amd64SpecialRegisterOffsets.KernelDr0..], block[Amd64SpecialRegisterOffsets.KernelDr6..], block[Amd64SpecialRegisterOffsets.KernelDr7..]);

    /// <summary>Sets the stub's breakpoints to what is armed. Those that the stub cannot set are left out.</summary>
    public void Arm(GdbClient client)
    {
        Disarm(client);
        Status = 0;
        for (int i = 0; i < Count; i++)
        {
            if ((Control >> (2 * i) & 3) == 0) continue;
            int kind = (int)(Control >> (16 + 4 * i) & 3), length = (int)(Control >> (18 + 4 * i) & 3);
            GdbBreakpointKind? wanted = kind switch { 0 => GdbBreakpointKind.Hardware, 1 => GdbBreakpointKind.WriteWatch, 3 => GdbBreakpointKind.AccessWatch, _ => null };
            // Two bits of length: 1, 2, 8, 4 bytes.
            int size = kind == 0 ? 1 : length switch { 0 => 1, 1 => 2, 2 => 8, _ => 4 };
            if (wanted is { } breakpoint && client.TryInsert(breakpoint, _addresses[i], size)) _inserted.Add((i, breakpoint, _addresses[i], size));
        }
    }

    /// <summary>Takes the stub's breakpoints out.</summary>
    public void Disarm(GdbClient client)
    {
        foreach ((_, GdbBreakpointKind kind, ulong address, int size) in _inserted) client.TryRemove(kind, address, size);
        _inserted.Clear();
    }

    /// <summary>True when a stop is one of these breakpoints'; its bit is then set in Dr6.</summary>
    public bool TakeHit(StopReply stop, ulong programCounter)
    {
        foreach ((int index, GdbBreakpointKind kind, ulong address, int size) in _inserted)
        {
            bool hit = kind == GdbBreakpointKind.Hardware
                ? stop.Watch == WatchKind.None && programCounter == address
                : stop.Watch != WatchKind.None && unchecked(stop.WatchAddress - address) < (ulong)size;
            if (hit) Status |= 1UL << index;
        }

        return (Status & 15) != 0;
    }

    private void Take(ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> status, ReadOnlySpan<byte> control)
    {
        for (int i = 0; i < Count; i++) _addresses[i] = BinaryPrimitives.ReadUInt64LittleEndian(addresses[(8 * i)..]);
        Status = BinaryPrimitives.ReadUInt64LittleEndian(status);
        Control = BinaryPrimitives.ReadUInt64LittleEndian(control);
    }
}
