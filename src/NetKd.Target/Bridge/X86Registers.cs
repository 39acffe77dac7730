using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Bridge;

/// <summary>The registers of a 32-bit x86 processor: gdb's i386 features, and those that QEMU adds.</summary>
internal sealed class X86Registers(GdbClient client, string thread) : StubRegisters(client, thread)
{
    private const int VectorRegisters = 8;
    private static readonly ContextLayout s_layout = ContextLayout.X86;

    // Debug registers are the bridge's own.
    private static readonly Place[] s_context =
    [
        .. s_layout.Registers.Where(r => r is { Home: RegisterHome.Context, Group: not (RegisterGroup.Part or RegisterGroup.Debug) })
            .Select(r => new Place(r.Name == "efl" ? "eflags" : r.Name, r.Offset, r.Bits / 8)),
    ];

    private static readonly Place[] s_special =
        [.. s_layout.Registers.Where(r => r.Home == RegisterHome.Special).Select(r => new Place(r.Name, r.Offset, r.Bits / 8))];

    // Usual registers of an i386 stub without a description (gdb's i386 layout).
    private static readonly string[] s_usual =
        ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip", "eflags", "cs", "ss", "ds", "es", "fs", "gs"];

    private static readonly string[] s_usualFloating = ["fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop"];

    /// <summary>What is assumed of a stub that does not describe its registers.</summary>
    public static TargetDescription Usual => TargetDescription.Default("i386", [
        .. s_usual.Select(name => (name, 4)), .. Enumerable.Range(0, 8).Select(i => ($"st{i}", 10)), .. s_usualFloating.Select(name => (name, 4)),
        .. Enumerable.Range(0, VectorRegisters).Select(i => ($"xmm{i}", 16)), ("mxcsr", 4),
    ]);

    /// <summary>Dr0 to Dr7.</summary>
    public X86DebugRegisters Debug { get; } = X86DebugRegisters.Of32Bits();

    /// <inheritdoc/>
    public override HardwareBreakpoints Breakpoints => Debug;

    /// <inheritdoc/>
    public override ulong ProgramCounter => unchecked((ulong)(int)(uint)this["eip"]);

    /// <inheritdoc/>
    protected override IReadOnlyList<Place> ContextPlaces => s_context;

    /// <inheritdoc/>
    protected override IReadOnlyList<Place> SpecialPlaces => s_special;

    /// <inheritdoc/>
    public override void WriteContext(Span<byte> record)
    {
        base.WriteContext(record);
        BinaryPrimitives.WriteUInt32LittleEndian(record[s_layout.ContextFlagsOffset..], s_layout.ContextFlags);
    }
}
