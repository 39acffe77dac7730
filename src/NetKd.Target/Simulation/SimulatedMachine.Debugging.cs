using NetKd.Protocol.Contexts;

namespace NetKd.Target.Simulation;

/// <summary>What the debugger's calls do to the simulated machine.</summary>
public sealed partial class SimulatedMachine
{
    /// <inheritdoc/>
    public override int ProcessorCount => _processors.Length;

    /// <inheritdoc/>
    public override ushort BuildNumber => KernelLayout.BuildNumber;

    /// <inheritdoc/>
    public override ulong KernelBase => KernelLayout.KernelBase;

    /// <inheritdoc/>
    public override ulong LoadedModuleList => AddressOf("PsLoadedModuleList");

    /// <inheritdoc/>
    public override ulong DebuggerDataList => AddressOf(DebuggerDataBlock.ListName);

    /// <inheritdoc/>
    public override int CurrentProcessor => _current;

    /// <inheritdoc/>
    public override bool SwitchProcessor(int processor)
    {
        if ((uint)processor >= (uint)_processors.Length) return false;
        _current = processor;
        return true;
    }

    /// <inheritdoc/>
    public override ulong CurrentThread(int processor) => KernelLayout.IdleThread(processor);

    /// <inheritdoc/>
    public override ulong ProgramCounter(int processor) => _processors[processor].Rip;

    /// <inheritdoc/>
    public override int ReadVirtual(ulong address, Span<byte> destination) =>
        AddressSpace.Read(_memory, _processors[_current].Cr3, address, destination);

    /// <inheritdoc/>
    public override int WriteVirtual(ulong address, ReadOnlySpan<byte> source) =>
        AddressSpace.Write(_memory, _processors[_current].Cr3, address, source);

    /// <inheritdoc/>
    public override int ReadPhysical(ulong address, Span<byte> destination) => _memory.Read(address, destination);

    /// <inheritdoc/>
    public override int WritePhysical(ulong address, ReadOnlySpan<byte> source) => _memory.Write(address, source);

    /// <inheritdoc/>
    public override bool ReadIo(ulong port, uint size, out uint value) => _devices.ReadPort(port, size, out value);

    /// <inheritdoc/>
    public override bool WriteIo(ulong port, uint size, uint value) => _devices.WritePort(port, size, value);

    /// <inheritdoc/>
    public override bool ReadMsr(uint register, out ulong value) => _devices.ReadRegister(_processors[_current], register, out value);

    /// <inheritdoc/>
    public override bool WriteMsr(uint register, ulong value) => _devices.WriteRegister(_processors[_current], register, value);

    /// <inheritdoc/>
    public override int ReadBusData(uint busDataType, uint bus, uint slot, uint offset, Span<byte> destination) =>
        busDataType == PciConfigurationSpace.BusDataType ? _devices.Pci.Read(bus, slot, offset, destination) : 0;

    /// <inheritdoc/>
    public override int WriteBusData(uint busDataType, uint bus, uint slot, uint offset, ReadOnlySpan<byte> source) =>
        busDataType == PciConfigurationSpace.BusDataType ? _devices.Pci.Write(bus, slot, offset, source) : 0;

    /// <inheritdoc/>
    public override bool ReadContext(int processor, Span<byte> context)
    {
        if ((uint)processor >= (uint)_processors.Length) return false;
        ContextRecord.Write(_processors[processor], context);
        return true;
    }

    /// <inheritdoc/>
    public override bool WriteContext(int processor, ReadOnlySpan<byte> context)
    {
        if ((uint)processor >= (uint)_processors.Length) return false;
        ContextRecord.Read(_processors[processor], context);
        return true;
    }

    /// <inheritdoc/>
    public override void FillControlReport(int processor, Span<byte> report)
    {
        Amd64Processor state = _processors[processor];
        Amd64ControlReport.Fill(this, report, state.Debug.Status, state.Debug.Control, unchecked((uint)state.Flags), state.Rip, state.Segments.AsSpan(0, 4));
    }

    /// <inheritdoc/>
    public override void PrepareContinue(bool trace, bool setDebugControl, ulong dr7)
    {
        if (trace) _processors[_current].Flags |= RFlags.Trap;
        else _processors[_current].Flags &= ~RFlags.Trap;
        foreach (Amd64Processor processor in _processors)
        {
            processor.Debug.Status = 0;
            if (setDebugControl) processor.Debug.Control = dr7;
        }
    }

    /// <inheritdoc/>
    public override void Reboot() => RebootRequested = true;

    /// <inheritdoc/>
    public override void CauseBugCheck(uint code) => _requestedBugCheck = code;

    /// <inheritdoc/>
    protected override ulong ControlRegion(int processor) => KernelLayout.ProcessorControlRegion(processor);

    /// <inheritdoc/>
    protected override ulong ControlBlock(int processor) => ControlRegion(processor) + KernelLayout.PrcbOffset;

    /// <inheritdoc/>
    protected override void WriteSpecialRegisters(int processor, Span<byte> block) => SpecialRegisters.Write(_processors[processor], block);

    /// <inheritdoc/>
    protected override bool TakeSpecialRegisters(int processor, ReadOnlySpan<byte> block)
    {
        SpecialRegisters.Read(_processors[processor], block);
        return true;
    }
}
