using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Bridge;

/// <summary>The registers of an amd64 processor: gdb's i386 features, and those that QEMU adds.</summary>
internal sealed class Amd64Registers(GdbClient client, string thread) : StubRegisters(client, thread)
{
    private const int InitialFloatingControl = 0x27F;
    private const int FloatingMxCsr = Amd64ContextOffsets.FltSave + 0x18;

    // In the order of the CONTEXT record, from Rax on.
    private static readonly string[] s_general =
        ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip"];

    private static readonly Place[] s_context =
    [
        .. s_general.Select((name, i) => new Place(name, Amd64ContextOffsets.Rax + 8 * i, 8)),
        new("eflags", Amd64ContextOffsets.EFlags, 4),
        new("cs", Amd64ContextOffsets.SegCs, 2), new("ds", Amd64ContextOffsets.SegDs, 2), new("es", Amd64ContextOffsets.SegEs, 2),
        new("fs", Amd64ContextOffsets.SegFs, 2), new("gs", Amd64ContextOffsets.SegGs, 2), new("ss", Amd64ContextOffsets.SegSs, 2),
        new("mxcsr", Amd64ContextOffsets.MxCsr, 4),
        .. Enumerable.Range(0, 16).Select(i => new Place($"xmm{i}", Amd64ContextOffsets.Xmm0 + 16 * i, 16)),
    ];

    private static readonly Place[] s_special =
    [
        new("cr0", Amd64SpecialRegisterOffsets.Cr0, 8), new("cr2", Amd64SpecialRegisterOffsets.Cr2, 8), new("cr3", Amd64SpecialRegisterOffsets.Cr3, 8),
        new("cr4", Amd64SpecialRegisterOffsets.Cr4, 8), new("cr8", Amd64SpecialRegisterOffsets.Cr8, 8),
        new("gs_base", Amd64SpecialRegisterOffsets.MsrGsBase, 8), new("k_gs_base", Amd64SpecialRegisterOffsets.MsrGsSwap, 8),
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

    /// <summary>What is assumed of a stub that does not describe its registers.</summary>
    public static TargetDescription Usual => TargetDescription.Default("i386:x86-64", s_usual);

    /// <summary>Dr0 to Dr7.</summary>
    public X86DebugRegisters Debug { get; } = X86DebugRegisters.Of64Bits();

    /// <inheritdoc/>
    public override HardwareBreakpoints Breakpoints => Debug;

    /// <inheritdoc/>
    public override ulong ProgramCounter => this["rip"];

    /// <inheritdoc/>
    protected override IReadOnlyList<Place> ContextPlaces => s_context;

    /// <inheritdoc/>
    protected override IReadOnlyList<Place> SpecialPlaces => s_special;

    /// <inheritdoc/>
    public override void WriteContext(Span<byte> record)
    {
        base.WriteContext(record);
        BinaryPrimitives.WriteUInt32LittleEndian(record[Amd64ContextOffsets.ContextFlags..], Amd64ContextOffsets.AllFlags);
        BinaryPrimitives.WriteUInt16LittleEndian(record[Amd64ContextOffsets.FltSave..], Has("fctrl") ? (ushort)this["fctrl"] : (ushort)InitialFloatingControl);
        BinaryPrimitives.WriteUInt32LittleEndian(record[FloatingMxCsr..], (uint)this["mxcsr"]);
    }

    /// <inheritdoc/>
    public override void WriteSpecial(Span<byte> block)
    {
        base.WriteSpecial(block);
        BinaryPrimitives.WriteUInt32LittleEndian(block[Amd64SpecialRegisterOffsets.MxCsr..], (uint)this["mxcsr"]);
    }
}
