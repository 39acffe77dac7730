using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Bridge;

/// <summary>The registers of an arm64 processor: gdb's aarch64 features, and the system registers that QEMU adds.</summary>
internal sealed class Arm64Registers(GdbClient client, string thread) : StubRegisters(client, thread)
{
    private const int GeneralRegisters = 31;
    private const int VectorRegisters = 32;
    private static readonly ContextLayout s_layout = ContextLayout.Arm64;

    private static readonly Place[] s_context =
    [
        .. s_layout.Registers.Where(r => r is { Home: RegisterHome.Context, Group: not RegisterGroup.Part }).Select(r => new Place(StubName(r.Name), r.Offset, r.Bits / 8)),
    ];

    private static readonly Place[] s_special =
        [.. s_layout.Registers.Where(r => r.Home == RegisterHome.Special).Select(r => new Place(StubName(r.Name), r.Offset, r.Bits / 8))];

    /// <summary>What is assumed of a stub that does not describe its registers (gdb's aarch64 layout).</summary>
    public static TargetDescription Usual => TargetDescription.Default("aarch64", [
        .. Enumerable.Range(0, GeneralRegisters).Select(i => ($"x{i}", 8)), ("sp", 8), ("pc", 8), ("cpsr", 4),
        .. Enumerable.Range(0, VectorRegisters).Select(i => ($"v{i}", 16)), ("fpsr", 4), ("fpcr", 4),
    ]);

    /// <inheritdoc/>
    public override HardwareBreakpoints Breakpoints { get; } = new Arm64DebugRegisters();

    /// <inheritdoc/>
    public override ulong ProgramCounter => this["pc"];

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

    // Only these two have names of their own in NT's record.
    private static string StubName(string name) => name switch { "fp" => "x29", "lr" => "x30", _ => name };
}
