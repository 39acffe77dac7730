using System.Buffers.Binary;

namespace NetKd.Target.Simulation;

/// <summary>
/// Processor control space as 64-bit NT kernels answer for it, on amd64 and arm64 alike: four sets, of which the third holds the architecture's
/// special registers (facts: kdnet-wire, section 5).
/// </summary>
public abstract class KernelMachine : Machine
{
    private const ulong RegionSet = 0;
    private const ulong BlockSet = 1;
    private const ulong SpecialRegistersSet = 2;
    private const ulong ThreadSet = 3;

    /// <inheritdoc/>
    public override ushort MajorVersion => 0x000F;

    /// <inheritdoc/>
    public override int ReadControlSpace(int processor, ulong set, Span<byte> destination)
    {
        if ((uint)processor >= (uint)ProcessorCount) return 0;
        Span<byte> block = stackalloc byte[SpecialRegistersSize];
        int size = sizeof(ulong);
        switch (set)
        {
            case RegionSet: BinaryPrimitives.WriteUInt64LittleEndian(block, ControlRegion(processor)); break;
            case BlockSet: BinaryPrimitives.WriteUInt64LittleEndian(block, ControlBlock(processor)); break;
            case SpecialRegistersSet:
                WriteSpecialRegisters(processor, block);
                size = block.Length;
                break;
            case ThreadSet: BinaryPrimitives.WriteUInt64LittleEndian(block, CurrentThread(processor)); break;
            default: return 0;
        }

        size = Math.Min(size, destination.Length);
        block[..size].CopyTo(destination);
        return size;
    }

    /// <inheritdoc/>
    public override int WriteControlSpace(int processor, ulong set, ReadOnlySpan<byte> source)
    {
        if ((uint)processor >= (uint)ProcessorCount || set != SpecialRegistersSet || source.Length == 0) return 0;
        Span<byte> block = stackalloc byte[SpecialRegistersSize];
        WriteSpecialRegisters(processor, block);
        int size = Math.Min(source.Length, block.Length);
        source[..size].CopyTo(block);
        return TakeSpecialRegisters(processor, block) ? size : 0;
    }

    /// <summary>Bytes of the special registers; a few hundred at most.</summary>
    protected abstract int SpecialRegistersSize { get; }

    /// <summary>Address of a processor's control region, the KPCR.</summary>
    protected abstract ulong ControlRegion(int processor);

    /// <summary>Address of a processor's control block, the KPRCB.</summary>
    protected abstract ulong ControlBlock(int processor);

    /// <summary>Writes a processor's KSPECIAL_REGISTERS, <see cref="SpecialRegistersSize"/> bytes.</summary>
    protected abstract void WriteSpecialRegisters(int processor, Span<byte> block);

    /// <summary>Sets a processor's registers from its KSPECIAL_REGISTERS. False when it does not take them all.</summary>
    protected abstract bool TakeSpecialRegisters(int processor, ReadOnlySpan<byte> block);
}
