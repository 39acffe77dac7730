using System.Buffers.Binary;
using System.Collections.Frozen;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>An arm64 machine behind a gdb stub. A guest that has NT's structures shows them itself; others get a made-up face (<see cref="NtFace"/>).</summary>
internal sealed class Arm64GdbMachine(GdbClient client, bool guess, IReadOnlyDictionary<(GuestArchitecture Architecture, uint Number), string>? registerNames) : GdbMachine(GuestArchitecture.Arm64, Described(client), guess, registerNames)
{
    // System registers by the number that Microsoft's debuggers give them, op0, op1, CRn, CRm, op2 from high to low in four bits each (Arm Architecture
    // Reference Manual, D19.2), with QEMU's names: some lack the level.
    private static readonly FrozenDictionary<uint, string> s_systemRegisters = new Dictionary<uint, string>
    {
        [0x30100] = "SCTLR",
        [0x30102] = "CPACR",
        [0x30200] = "TTBR0_EL1",
        [0x30201] = "TTBR1_EL1",
        [0x30202] = "TCR_EL1",
        [0x30400] = "SPSR_EL1",
        [0x30401] = "ELR_EL1",
        [0x30410] = "SP_EL0",
        [0x30520] = "ESR_EL1",
        [0x30600] = "FAR_EL1",
        [0x30740] = "PAR_EL1",
        [0x30A20] = "MAIR_EL1",
        [0x30C00] = "VBAR",
        [0x30D01] = "CONTEXTIDR_EL1",
        [0x30D04] = "TPIDR_EL1",
        [0x33D02] = "TPIDR_EL0",
        [0x33D03] = "TPIDRRO_EL0",
    }.ToFrozenDictionary();

    private const string Vectors = "VBAR";
    private const ulong Read = 0;
    private const ulong Write = 1;

    /// <inheritdoc/>
    public override ushort MachineType => ContextLayout.MachineArm64;

    /// <inheritdoc/>
    public override int ContextSize => ContextLayout.Arm64.ContextSize;

    /// <summary>Flags u32, bytes of instructions u32, the instructions (ARM64_DBGKD_CONTROL_REPORT as Microsoft's UEFI debugger, Project Mu, publishes it).</summary>
    public override void FillControlReport(int processor, Span<byte> report)
    {
        StubRegisters registers = Registers(processor);
        report.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(report, (uint)registers["cpsr"]);
        int count = ReadVirtual(registers.ProgramCounter, report.Slice(8, StateChange.InstructionStreamSize));
        BinaryPrimitives.WriteUInt32LittleEndian(report[4..], (uint)count);
    }

    /// <inheritdoc/>
    protected override int SpecialRegistersSize => Arm64SpecialRegisterOffsets.Size;

    /// <inheritdoc/>
    private protected override int BreakpointSize => 4;

    /// <summary>Arm Architecture Reference Manual, D2.10.5: the watchpoint's exception is taken before the access.</summary>
    private protected override bool WatchStopsBefore => true;

    /// <inheritdoc/>
    protected override ulong ControlRegion(int processor) => Guest?.ControlRegion(Memory, processor) ?? NtFace.ControlRegion(processor);

    /// <inheritdoc/>
    protected override ulong ControlBlock(int processor) => Guest?.ControlBlock(Memory, processor) ?? NtFace.ControlRegion(processor) + KernelLayout.PrcbOffset;

    /// <summary>What was done, and where: as an access violation tells it, which is how NT on arm64 tells of watchpoints.</summary>
    protected override void TellWatch(ref ExceptionRecord exception, StopReply stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        exception.ParameterCount = 2;
        exception.Information0 = stop.Watch == WatchKind.Read ? Read : Write;
        exception.Information1 = stop.WatchAddress;
    }

    /// <inheritdoc/>
    protected override string? RegisterName(uint register) => s_systemRegisters.GetValueOrDefault(register);

    /// <inheritdoc/>
    private protected override StubRegisters MakeRegisters(string thread) => new Arm64Registers(client, thread);

    /// <inheritdoc/>
    private protected override MadeUpKernel MakeFace(List<LoadedModule> images) => new NtFace(MachineType, client.Threads.Count, images);

    /// <summary>Where it executes, and the vectors of its exceptions, which are the kernel's (VBAR_EL1: Arm Architecture Reference Manual, D17.2).</summary>
    private protected override IEnumerable<ulong> PlacesOfCode(int processor)
    {
        yield return ProgramCounter(processor);
        if (Registers(processor)[Vectors] is > 0 and var vectors) yield return vectors;
    }

    private static GdbClient Described(GdbClient client)
    {
        client.AssumeRegisters(Arm64Registers.Usual);
        return client;
    }
}
