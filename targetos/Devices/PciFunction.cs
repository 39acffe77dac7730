namespace NetKd.TargetOs.Devices;

/// <summary>
/// One function of a PCI device and its configuration space, by configuration mechanism 1 (PCI Local Bus Specification 3.0, 3.2.2.3.2):
/// the first 256 bytes.
/// </summary>
internal readonly struct PciFunction(uint bus, uint device, uint function)
{
    public const int ConfigurationSize = 256;

    private const ushort AddressPort = 0xCF8;
    private const ushort DataPort = 0xCFC;

    private const int CommandOffset = 4;
    private const int FirstBarOffset = 0x10;
    private const uint MemorySpace = 2;
    private const uint BusMaster = 4;
    private const uint NoInterrupt = 0x400;

    public uint Bus { get; } = bus;

    public uint Device { get; } = device;

    public uint Function { get; } = function;

    /// <summary>Vendor in the low half, device in the high half; all ones when there is nothing.</summary>
    public uint Identity => Read(0);

    public bool Exists => Identity != uint.MaxValue;

    /// <summary>True when function 0 says that the device has others.</summary>
    public bool IsMultiFunction => (Read(0x0C) & 0x80_0000) != 0;

    /// <summary>Physical address of the register block that a base address register names, 32 or 64 bits wide.</summary>
    public ulong MemoryBlock(int register)
    {
        int offset = FirstBarOffset + (4 * register);
        uint low = Read(offset);
        ulong high = (low & 6) == 4 ? Read(offset + 4) : 0;
        return (high << 32) | (low & ~15u);
    }

    /// <summary>Reads 32 bits at a multiple of 4.</summary>
    public uint Read(int offset)
    {
        Select(offset);
        return Port.In32(DataPort);
    }

    /// <summary>Writes 32 bits at a multiple of 4.</summary>
    public void Write(int offset, uint value)
    {
        Select(offset);
        Port.Out32(DataPort, value);
    }

    /// <summary>Writes one byte, leaving its neighbours alone: some of those clear themselves when written.</summary>
    public void WriteByte(int offset, byte value)
    {
        Select(offset);
        Port.Out8((ushort)(DataPort + (offset & 3)), value);
    }

    /// <summary>Lets the device answer memory accesses and read and write memory itself; its interrupt line stays silent.</summary>
    public void EnableBusMaster() =>
        Write(CommandOffset, (Read(CommandOffset) & 0xFFFF) | MemorySpace | BusMaster | NoInterrupt);

    private void Select(int offset) =>
        Port.Out32(AddressPort, 0x8000_0000 | (Bus << 16) | (Device << 11) | (Function << 8) | (uint)(offset & 0xFC));
}
