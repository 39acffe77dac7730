using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>Registers: read once for each processor and halt.</summary>
public sealed partial class GdbMachine
{
    private const uint MsrEfer = 0xC000_0080;
    private const uint MsrFsBase = 0xC000_0100;
    private const uint MsrGsBase = 0xC000_0101;
    private const uint MsrKernelGsBase = 0xC000_0102;

    private ProcessorState[] _processors = [];

    private sealed class ProcessorState(TargetDescription description)
    {
        public Amd64Registers Registers { get; } = new(description);

        public DebugRegisterFile Debug { get; } = new();

        public bool IsRead { get; set; }
    }

    /// <inheritdoc/>
    public override ulong ProgramCounter(int processor) => Registers(processor)["rip"];

    /// <inheritdoc/>
    public override bool ReadMsr(uint register, out ulong value)
    {
        value = MsrName(register) is { } name && _client.Description.Find(name) is not null ? Registers(_current)[name] : 0;
        return MsrName(register) is { } known && _client.Description.Find(known) is not null;
    }

    /// <inheritdoc/>
    public override bool WriteMsr(uint register, ulong value)
    {
        if (MsrName(register) is not { } name || _client.Description.Find(name) is not { } found) return false;
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _processors[_current].IsRead = false;
        return _client.TryWriteRegister(_client.Threads[_current], found, bytes);
    }

    /// <inheritdoc/>
    public override bool ReadContext(int processor, Span<byte> context)
    {
        if ((uint)processor >= (uint)_visible) return false;
        Registers(processor).WriteContext(context, _processors[processor].Debug);
        return true;
    }

    /// <inheritdoc/>
    public override bool WriteContext(int processor, ReadOnlySpan<byte> context)
    {
        if ((uint)processor >= (uint)_visible) return false;
        _processors[processor].Debug.ReadContext(context);
        return Write(processor, Registers(processor).TakeContext(context));
    }

    /// <inheritdoc/>
    public override void FillControlReport(int processor, Span<byte> report)
    {
        Amd64Registers registers = Registers(processor);
        DebugRegisterFile debug = _processors[processor].Debug;
        ReadOnlySpan<ushort> segments = [(ushort)registers["cs"], (ushort)registers["ds"], (ushort)registers["es"], (ushort)registers["fs"]];
        FillControlReport(report, debug.Status, debug.Control, (uint)registers["eflags"], registers["rip"], segments);
    }

    /// <inheritdoc/>
    protected override ulong ControlRegion(int processor) => _guest is null ? NtFace.ControlRegion(processor) : GuestControlRegion(processor);

    /// <inheritdoc/>
    protected override ulong ControlBlock(int processor) => ReadPointer(ControlRegion(processor) + KernelLayout.PcrCurrentPrcb);

    // In the kernel gs holds it; in a program the other one does.
    private ulong GuestControlRegion(int processor)
    {
        ulong active = Registers(processor)["gs_base"], swapped = Registers(processor)["k_gs_base"];
        return (active & KernelHalf) != 0 ? active : swapped;
    }

    /// <inheritdoc/>
    protected override void WriteSpecialRegisters(int processor, Span<byte> block)
    {
        Amd64Registers registers = Registers(processor);
        registers.WriteSpecial(block, _processors[processor].Debug);
        (ulong table, ushort limit) = _guest is null
            ? _face.ShowCodeSegment(processor, (ushort)registers["cs"], registers["efer"])
            : (ReadPointer(ControlRegion(processor) + KernelLayout.PcrGdt), (ushort)0x57);
        BinaryPrimitives.WriteUInt64LittleEndian(block[Amd64SpecialRegisterOffsets.GdtrBase..], table);
        BinaryPrimitives.WriteUInt16LittleEndian(block[Amd64SpecialRegisterOffsets.GdtrLimit..], limit);
        BinaryPrimitives.WriteUInt64LittleEndian(block[Amd64SpecialRegisterOffsets.IdtrBase..], ReadPointer(ControlRegion(processor) + KernelLayout.PcrIdt));
        BinaryPrimitives.WriteUInt16LittleEndian(block[Amd64SpecialRegisterOffsets.IdtrLimit..], 0xFFF);
    }

    /// <inheritdoc/>
    protected override bool TakeSpecialRegisters(int processor, ReadOnlySpan<byte> block)
    {
        _processors[processor].Debug.ReadSpecial(block);
        return Write(processor, Registers(processor).TakeSpecial(block));
    }

    private bool Write(int processor, List<(GdbRegister Register, byte[] Value)> changes)
    {
        bool all = true;
        foreach ((GdbRegister register, byte[] value) in changes) all &= _client.TryWriteRegister(_client.Threads[processor], register, value);
        // What the stub refused is not what the block says now.
        if (!all) _processors[processor].IsRead = false;
        return all;
    }

    private Amd64Registers Registers(int processor)
    {
        ProcessorState state = _processors[processor];
        if (!state.IsRead) _client.ReadRegisters(_client.Threads[processor], state.Registers.Block);
        state.IsRead = true;
        return state.Registers;
    }

    private void MakeRegisters() => _processors = [.. _client.Threads.Select(_ => new ProcessorState(_client.Description))];

    // What a file of the user's says counts first.
    private string? MsrName(uint register) => _registerNames?.GetValueOrDefault(register) ?? register switch
    {
        MsrEfer => "efer",
        MsrFsBase => "fs_base",
        MsrGsBase => "gs_base",
        MsrKernelGsBase => "k_gs_base",
        _ => null,
    };
}
