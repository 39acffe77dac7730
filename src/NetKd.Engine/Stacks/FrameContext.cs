using System.Buffers.Binary;
using NetKd.Engine.Registers;
using NetKd.Protocol.Contexts;

namespace NetKd.Engine.Stacks;

/// <summary>
/// The registers as they were in one frame. All are known in the innermost frame; in a caller, those that its callees preserve, the program
/// counter and the stack pointer; after a trap also what the trap saved. Does not change, and is good for as long as the target stands still.
/// </summary>
public sealed class FrameContext
{
    private readonly byte[] _record;
    private readonly bool[] _known;

    internal FrameContext(ContextLayout layout, byte[]? record = null)
    {
        Layout = layout;
        _record = record ?? new byte[layout.ContextSize];
        _known = new bool[_record.Length];
        if (record is not null) Array.Fill(_known, true);
    }

    /// <summary>The registers by name, and where the record keeps them.</summary>
    public ContextLayout Layout { get; }

    /// <summary>
    /// Reads a register, or a part of one, by name. False for an unknown name, for a register that is not part of the CONTEXT record (control
    /// registers are the processor's, whatever the frame), and for one whose value is lost.
    /// </summary>
    public bool TryRead(string name, out RegisterValue value)
    {
        value = default;
        if (Layout.Find(name) is not { Home: RegisterHome.Context } definition) return false;
        int bytes = (definition.Shift + definition.Bits + 7) / 8;
        if (definition.Offset + bytes > _known.Length || _known.AsSpan(definition.Offset, bytes).Contains(false)) return false;
        value = RegisterSet.Extract(_record, definition);
        return true;
    }

    /// <summary>A register's low 64 bits, 0 when they are not known.</summary>
    public ulong Get(string name) => TryRead(name, out RegisterValue value) ? value.Low : 0;

    /// <summary>A copy of the registers as a CONTEXT record of the target's machine, little-endian; what is not known is zero.</summary>
    public byte[] CopyRecord() => [.. _record];

    internal void Set(string name, ulong value)
    {
        if (Layout.Find(name) is not { Home: RegisterHome.Context } definition) return;
        RegisterSet.Insert(_record, definition, new RegisterValue(value, 0, definition.Bits));
        Array.Fill(_known, true, definition.Offset, definition.Bits / 8);
    }

    internal void Set(string name, UInt128 value)
    {
        if (Layout.Find(name) is not { Home: RegisterHome.Context, Bits: 128 } definition) return;
        BinaryPrimitives.WriteUInt128LittleEndian(_record.AsSpan(definition.Offset), value);
        Array.Fill(_known, true, definition.Offset, 16);
    }
}
