namespace NetKd.Target.Simulation;

/// <summary>
/// What stands outside the processors: I/O ports, model-specific registers that are not part of a processor's own state, and PCI
/// configuration space.
/// </summary>
public sealed class MachineDevices
{
    /// <summary>The keyboard controller's data port, which reads as a released Enter key.</summary>
    public const ulong KeyboardPort = 0x60;

    /// <summary>The diagnostics port, which keeps what was written last.</summary>
    public const ulong DiagnosticsPort = 0x80;

    /// <summary>Four bytes of scratch register.</summary>
    public const ulong ScratchPort = 0x510;

    private const uint KeyReleased = 0x9C;

    private readonly Dictionary<uint, ulong> _registers = new()
    {
        [0x0000_001B] = 0xFEE0_0900, // IA32_APIC_BASE: enabled, bootstrap processor
        [0x0000_00FE] = 0x508, // IA32_MTRRCAP
        [0x0000_0174] = 0x10, // IA32_SYSENTER_CS
        [0x0000_0175] = 0,
        [0x0000_0176] = 0,
        [0x0000_0277] = 0x0007_0106_0007_0106, // IA32_PAT
        [0xC000_0080] = 0xD01, // IA32_EFER: SCE, LME, LMA, NXE
        [0xC000_0103] = 0, // IA32_TSC_AUX
    };

    private uint _diagnostics;
    private uint _scratch;

    /// <summary>PCI configuration space.</summary>
    public PciConfigurationSpace Pci { get; } = new PciConfigurationSpace();

    /// <summary>Reads a port. Ports without a device read as all ones, as on a PC; false only for an address beyond the port space.</summary>
    public bool ReadPort(ulong port, uint size, out uint value)
    {
        value = uint.MaxValue;
        if (port > 0xFFFF) return false;
        if (port == KeyboardPort) value = KeyReleased;
        else if (port == DiagnosticsPort) value = _diagnostics;
        else if (port == ScratchPort) value = _scratch;
        if (size < 4) value &= (1u << (int)(size * 8)) - 1;
        return true;
    }

    /// <summary>Writes a port. False for an address beyond the port space.</summary>
    public bool WritePort(ulong port, uint size, uint value)
    {
        if (port > 0xFFFF) return false;
        if (size < 4) value &= (1u << (int)(size * 8)) - 1;
        if (port == DiagnosticsPort) _diagnostics = value;
        else if (port == ScratchPort) _scratch = value;
        return true;
    }

    /// <summary>Reads a model-specific register, the processor's own included. False for an unknown one.</summary>
    public bool ReadRegister(Amd64Processor processor, uint register, out ulong value)
    {
        switch (register)
        {
            case 0x10: value = processor.TimeStamp; return true;
            case 0xC000_0100: value = processor.FsBase; return true;
            case 0xC000_0101: value = processor.GsBase; return true;
            case 0xC000_0102: value = processor.GsSwap; return true;
            case >= Amd64Processor.MsrStar and < Amd64Processor.MsrStar + 4:
                value = processor.SystemCallRegisters[register - Amd64Processor.MsrStar];
                return true;
            default: return _registers.TryGetValue(register, out value);
        }
    }

    /// <summary>Writes a model-specific register. False for an unknown one.</summary>
    public bool WriteRegister(Amd64Processor processor, uint register, ulong value)
    {
        switch (register)
        {
            case 0x10: processor.TimeStamp = value; return true;
            case 0xC000_0100: processor.FsBase = value; return true;
            case 0xC000_0101: processor.GsBase = value; return true;
            case 0xC000_0102: processor.GsSwap = value; return true;
            case >= Amd64Processor.MsrStar and < Amd64Processor.MsrStar + 4:
                processor.SystemCallRegisters[register - Amd64Processor.MsrStar] = value;
                return true;
        }

        if (!_registers.ContainsKey(register)) return false;
        _registers[register] = value;
        return true;
    }
}
