using System.Buffers.Binary;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Simulation;

/// <summary>
/// What amd64 machines answer alike, wherever their registers come from: processor control space and the control report of a stop
/// (facts: kdnet-wire, section 4).
/// </summary>
public abstract class Amd64Machine : Machine
{
    private const ushort ReportContainsFlags = 3; // REPORT_INCLUDES_SEGS | REPORT_INCLUDES_CS, what NT kernels send
    private const int ReportStream = 24;
    private const int ReportSegments = 40;
    private const ulong RegionSet = 0;
    private const ulong BlockSet = 1;
    private const ulong SpecialRegistersSet = 2;
    private const ulong ThreadSet = 3;

    /// <inheritdoc/>
    public override ushort MachineType => 0x8664;

    /// <inheritdoc/>
    public override ushort MajorVersion => 0x000F;

    /// <inheritdoc/>
    public override int ReadControlSpace(int processor, ulong set, Span<byte> destination)
    {
        if ((uint)processor >= (uint)ProcessorCount) return 0;
        Span<byte> block = stackalloc byte[Amd64SpecialRegisterOffsets.Size];
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
        Span<byte> block = stackalloc byte[Amd64SpecialRegisterOffsets.Size];
        WriteSpecialRegisters(processor, block);
        int size = Math.Min(source.Length, block.Length);
        source[..size].CopyTo(block);
        return TakeSpecialRegisters(processor, block) ? size : 0;
    }

    /// <summary>Address of a processor's control region, the KPCR.</summary>
    protected abstract ulong ControlRegion(int processor);

    /// <summary>Address of a processor's control block, the KPRCB.</summary>
    protected abstract ulong ControlBlock(int processor);

    /// <summary>Writes a processor's KSPECIAL_REGISTERS, <see cref="Amd64SpecialRegisterOffsets.Size"/> bytes.</summary>
    protected abstract void WriteSpecialRegisters(int processor, Span<byte> block);

    /// <summary>Sets a processor's registers from its KSPECIAL_REGISTERS. False when it does not take them all.</summary>
    protected abstract bool TakeSpecialRegisters(int processor, ReadOnlySpan<byte> block);

    /// <summary>Fills a control report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="status">Dr6.</param>
    /// <param name="control">Dr7.</param>
    /// <param name="flags">eflags.</param>
    /// <param name="programCounter">Where the instruction stream is read.</param>
    /// <param name="segments">cs, ds, es, fs.</param>
    protected void FillControlReport(Span<byte> report, ulong status, ulong control, uint flags, ulong programCounter, ReadOnlySpan<ushort> segments)
    {
        report.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(report, status);
        BinaryPrimitives.WriteUInt64LittleEndian(report[8..], control);
        BinaryPrimitives.WriteUInt32LittleEndian(report[16..], flags);
        int count = ReadVirtual(programCounter, report.Slice(ReportStream, StateChange.InstructionStreamSize));
        BinaryPrimitives.WriteUInt16LittleEndian(report[20..], (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(report[22..], ReportContainsFlags);
        for (int i = 0; i < segments.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(report[(ReportSegments + 2 * i)..], segments[i]);
    }
}
