using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Bridge;

/// <summary>
/// The registers of one processor as a stub gives them, and as NT's records have them. Names are gdb's (its i386 features, and those that QEMU adds);
/// what a stub does not give reads as zero and is not written.
/// </summary>
internal sealed class Amd64Registers(TargetDescription description)
{
    private const int InitialFloatingControl = 0x27F;
    private const int VectorSize = 16;

    // In the order of the CONTEXT record, from Rax on.
    private static readonly string[] s_general =
        ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip"];

    private static readonly (string Name, int Offset)[] s_segments =
    [
        ("cs", Amd64ContextOffsets.SegCs), ("ds", Amd64ContextOffsets.SegDs), ("es", Amd64ContextOffsets.SegEs),
        ("fs", Amd64ContextOffsets.SegFs), ("gs", Amd64ContextOffsets.SegGs), ("ss", Amd64ContextOffsets.SegSs),
    ];

    private static readonly (string Name, int Offset)[] s_control =
    [
        ("cr0", Amd64SpecialRegisterOffsets.Cr0), ("cr2", Amd64SpecialRegisterOffsets.Cr2), ("cr3", Amd64SpecialRegisterOffsets.Cr3),
        ("cr4", Amd64SpecialRegisterOffsets.Cr4), ("cr8", Amd64SpecialRegisterOffsets.Cr8),
        ("gs_base", Amd64SpecialRegisterOffsets.MsrGsBase), ("k_gs_base", Amd64SpecialRegisterOffsets.MsrGsSwap),
    ];

    // Usual registers of an amd64 stub without a description (gdb's amd64 layout).
    private static readonly (string Name, int Size)[] s_usual =
    [
        ("rax", 8), ("rbx", 8), ("rcx", 8), ("rdx", 8), ("rsi", 8), ("rdi", 8), ("rbp", 8), ("rsp", 8),
        ("r8", 8), ("r9", 8), ("r10", 8), ("r11", 8), ("r12", 8), ("r13", 8), ("r14", 8), ("r15", 8),
        ("rip", 8), ("eflags", 4), ("cs", 4), ("ss", 4), ("ds", 4), ("es", 4), ("fs", 4), ("gs", 4),
        ("st0", 10), ("st1", 10), ("st2", 10), ("st3", 10), ("st4", 10), ("st5", 10), ("st6", 10), ("st7", 10),
        ("fctrl", 4), ("fstat", 4), ("ftag", 4), ("fiseg", 4), ("fioff", 4), ("foseg", 4), ("fooff", 4), ("fop", 4),
        ("xmm0", 16), ("xmm1", 16), ("xmm2", 16), ("xmm3", 16), ("xmm4", 16), ("xmm5", 16), ("xmm6", 16), ("xmm7", 16),
        ("xmm8", 16), ("xmm9", 16), ("xmm10", 16), ("xmm11", 16), ("xmm12", 16), ("xmm13", 16), ("xmm14", 16), ("xmm15", 16), ("mxcsr", 4),
    ];

    private readonly byte[] _block = new byte[description.Size];

    /// <summary>What is assumed of a stub that does not describe its registers.</summary>
    public static TargetDescription Usual => TargetDescription.Default("i386:x86-64", s_usual);

    /// <summary>The bytes as the stub gives them.</summary>
    public Span<byte> Block => _block;

    /// <summary>A register's value, 0 for one that the stub does not have.</summary>
    public ulong this[string name]
    {
        get
        {
            if (description.Find(name) is not { Size: <= 8 } register) return 0;
            Span<byte> value = stackalloc byte[8];
            value.Clear();
            _block.AsSpan(register.Offset, register.Size).CopyTo(value);
            return BinaryPrimitives.ReadUInt64LittleEndian(value);
        }
    }

    /// <summary>Writes the CONTEXT record. The debug registers are the bridge's own: no stub gives them.</summary>
    public void WriteContext(Span<byte> record, DebugRegisterFile debug)
    {
        record[..Amd64ContextOffsets.Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record[Amd64ContextOffsets.ContextFlags..], Amd64ContextOffsets.AllFlags);
        uint mxcsr = (uint)this["mxcsr"];
        BinaryPrimitives.WriteUInt32LittleEndian(record[Amd64ContextOffsets.MxCsr..], mxcsr);
        foreach ((string name, int offset) in s_segments) BinaryPrimitives.WriteUInt16LittleEndian(record[offset..], (ushort)this[name]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[Amd64ContextOffsets.EFlags..], (uint)this["eflags"]);
        debug.WriteContext(record);
        for (int i = 0; i < s_general.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(record[(Amd64ContextOffsets.Rax + 8 * i)..], this[s_general[i]]);
        BinaryPrimitives.WriteUInt16LittleEndian(record[Amd64ContextOffsets.FltSave..], description.Find("fctrl") is null ? (ushort)InitialFloatingControl : (ushort)this["fctrl"]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[(Amd64ContextOffsets.FltSave + 0x18)..], mxcsr);
        for (int i = 0; i < 16; i++)
        {
            if (description.Find($"xmm{i}") is { Size: VectorSize } vector) _block.AsSpan(vector.Offset, VectorSize).CopyTo(record[(Amd64ContextOffsets.Xmm0 + VectorSize * i)..]);
        }
    }

    /// <summary>The registers in which a CONTEXT record differs, with their new bytes; the block takes them over.</summary>
    public List<(GdbRegister Register, byte[] Value)> TakeContext(ReadOnlySpan<byte> record)
    {
        List<(GdbRegister, byte[])> changes = [];
        for (int i = 0; i < s_general.Length; i++) Change(changes, s_general[i], record.Slice(Amd64ContextOffsets.Rax + 8 * i, 8));
        Change(changes, "eflags", record.Slice(Amd64ContextOffsets.EFlags, 4));
        foreach ((string name, int offset) in s_segments) Change(changes, name, record.Slice(offset, 2));
        Change(changes, "mxcsr", record.Slice(Amd64ContextOffsets.MxCsr, 4));
        for (int i = 0; i < 16; i++) Change(changes, $"xmm{i}", record.Slice(Amd64ContextOffsets.Xmm0 + VectorSize * i, VectorSize));
        return changes;
    }

    /// <summary>Writes KSPECIAL_REGISTERS, with descriptor tables of the bridge's own.</summary>
    public void WriteSpecial(Span<byte> block, DebugRegisterFile debug)
    {
        block[..Amd64SpecialRegisterOffsets.Size].Clear();
        foreach ((string name, int offset) in s_control) BinaryPrimitives.WriteUInt64LittleEndian(block[offset..], this[name]);
        debug.WriteSpecial(block);
        BinaryPrimitives.WriteUInt32LittleEndian(block[Amd64SpecialRegisterOffsets.MxCsr..], (uint)this["mxcsr"]);
    }

    /// <summary>The control registers in which a KSPECIAL_REGISTERS block differs; the block takes them over.</summary>
    public List<(GdbRegister Register, byte[] Value)> TakeSpecial(ReadOnlySpan<byte> block)
    {
        List<(GdbRegister, byte[])> changes = [];
        foreach ((string name, int offset) in s_control) Change(changes, name, block.Slice(offset, 8));
        return changes;
    }

    private void Change(List<(GdbRegister, byte[])> changes, string name, ReadOnlySpan<byte> value)
    {
        if (description.Find(name) is not { } register) return;
        Span<byte> current = _block.AsSpan(register.Offset, register.Size);
        ReadOnlySpan<byte> wanted = value[..Math.Min(value.Length, register.Size)];
        if (current[..wanted.Length].SequenceEqual(wanted)) return;
        wanted.CopyTo(current);
        changes.Add((register, current.ToArray()));
    }
}
