using System.Buffers.Binary;

namespace NetKd.Target.Simulation;

/// <summary>
/// PCI configuration space of a small PC: a host bridge at 0.0.0 and an Intel 82574L network adapter (8086:10D3), the debugger's own,
/// at 0.3.0.
/// </summary>
public sealed class PciConfigurationSpace
{
    /// <summary>Bus data type of PCI configuration space.</summary>
    public const uint BusDataType = 4;

    /// <summary>Device number of the network adapter on bus 0.</summary>
    public const uint AdapterDevice = 3;

    private const int FunctionSize = 256;
    private const uint HostBridgeDevice = 0;

    // Header fields that stay as they are: ids, revision and class, header type.
    private const int CommandOffset = 0x04;
    private const int CommandSize = 2;
    private const int FirstWritable = 0x0C;

    private readonly byte[] _bridge = NewFunction(0x8086, 0x29C0, 0x060000, 0x02);
    private readonly byte[] _adapter = NewFunction(0x8086, 0x10D3, 0x020000, 0x00);

    /// <summary>Makes the configuration space as firmware leaves it.</summary>
    public PciConfigurationSpace()
    {
        // Memory BAR 0, 128 KiB; subsystem; interrupt line and pin.
        BinaryPrimitives.WriteUInt32LittleEndian(_adapter.AsSpan(0x10), 0xFEB8_0000);
        BinaryPrimitives.WriteUInt32LittleEndian(_adapter.AsSpan(0x2C), 0x0000_8086);
        _adapter[0x3C] = 11;
        _adapter[0x3D] = 1;
    }

    /// <summary>Reads configuration bytes; the slot holds device (low five bits) and function. Returns the bytes read, 0 for no device.</summary>
    public int Read(uint bus, uint slot, uint offset, Span<byte> destination)
    {
        byte[]? function = Find(bus, slot);
        if (function is null || offset >= FunctionSize) return 0;
        int length = Math.Min(destination.Length, FunctionSize - (int)offset);
        function.AsSpan((int)offset, length).CopyTo(destination);
        return length;
    }

    /// <summary>Writes configuration bytes; read-only fields keep their values. Returns the bytes taken.</summary>
    public int Write(uint bus, uint slot, uint offset, ReadOnlySpan<byte> source)
    {
        byte[]? function = Find(bus, slot);
        if (function is null || offset >= FunctionSize) return 0;
        int length = Math.Min(source.Length, FunctionSize - (int)offset);
        for (int i = 0; i < length; i++)
        {
            int at = (int)offset + i;
            if (at >= FirstWritable || (at >= CommandOffset && at < CommandOffset + CommandSize)) function[at] = source[i];
        }

        return length;
    }

    private byte[]? Find(uint bus, uint slot)
    {
        if (bus != 0) return null;
        return slot switch
        {
            HostBridgeDevice => _bridge,
            AdapterDevice => _adapter,
            _ => null,
        };
    }

    private static byte[] NewFunction(ushort vendor, ushort device, uint classCode, byte revision)
    {
        byte[] function = new byte[FunctionSize];
        BinaryPrimitives.WriteUInt16LittleEndian(function, vendor);
        BinaryPrimitives.WriteUInt16LittleEndian(function.AsSpan(2), device);
        BinaryPrimitives.WriteUInt16LittleEndian(function.AsSpan(CommandOffset), 7);
        BinaryPrimitives.WriteUInt32LittleEndian(function.AsSpan(8), classCode << 8 | revision);
        return function;
    }
}
