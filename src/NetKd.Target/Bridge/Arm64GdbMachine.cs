using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>An arm64 machine behind a gdb stub, always with a made-up face: kernels are not looked for in it.</summary>
internal sealed class Arm64GdbMachine(GdbClient client, IReadOnlyDictionary<uint, string>? registerNames) : GdbMachine(Described(client), registerNames)
{
    private const ulong Read = 0;
    private const ulong Write = 1;

    /// <inheritdoc/>
    public override ushort MachineType => ContextLayout.MachineArm64;

    /// <inheritdoc/>
    public override int ContextSize => ContextLayout.Arm64.ContextSize;

    /// <inheritdoc/>
    public override ulong CurrentThread(int processor) => NtFace.Thread(processor);

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
    protected override ulong ControlRegion(int processor) => NtFace.ControlRegion(processor);

    /// <inheritdoc/>
    protected override ulong ControlBlock(int processor) => NtFace.ControlRegion(processor) + KernelLayout.PrcbOffset;

    /// <summary>What was done, and where: as an access violation tells it, which is how NT on arm64 tells of watchpoints.</summary>
    protected override void TellWatch(ref ExceptionRecord exception, StopReply stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        exception.ParameterCount = 2;
        exception.Information0 = stop.Watch == WatchKind.Read ? Read : Write;
        exception.Information1 = stop.WatchAddress;
    }

    /// <inheritdoc/>
    private protected override StubRegisters MakeRegisters(string thread) => new Arm64Registers(client, thread);

    /// <inheritdoc/>
    private protected override MadeUpKernel EndLook(List<LoadedModule> images) => new NtFace(MachineType, client.Threads.Count, images);

    private static GdbClient Described(GdbClient client)
    {
        client.AssumeRegisters(Arm64Registers.Usual);
        return client;
    }
}
