using System.Buffers.Binary;

namespace NetKd.Target.Simulation;

/// <summary>The control report of a stop on amd64 (facts: kdnet-wire, section 4).</summary>
internal static class Amd64ControlReport
{
    private const ushort ContainsSegments = 3; // REPORT_INCLUDES_SEGS | REPORT_INCLUDES_CS, what NT kernels send
    private const int Stream = 24;
    private const int Segments = 40;

    /// <summary>Fills a report.</summary>
    /// <param name="machine">Gives the instruction stream.</param>
    /// <param name="report">The report.</param>
    /// <param name="status">Dr6.</param>
    /// <param name="control">Dr7.</param>
    /// <param name="flags">eflags.</param>
    /// <param name="programCounter">Where the instruction stream is read.</param>
    /// <param name="segments">cs, ds, es, fs.</param>
    public static void Fill(Machine machine, Span<byte> report, ulong status, ulong control, uint flags, ulong programCounter, ReadOnlySpan<ushort> segments)
    {
        report.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(report, status);
        BinaryPrimitives.WriteUInt64LittleEndian(report[8..], control);
        BinaryPrimitives.WriteUInt32LittleEndian(report[16..], flags);
        int count = machine.ReadVirtual(programCounter, report.Slice(Stream, StateChange.InstructionStreamSize));
        BinaryPrimitives.WriteUInt16LittleEndian(report[20..], (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(report[22..], ContainsSegments);
        for (int i = 0; i < segments.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(report[(Segments + 2 * i)..], segments[i]);
    }
}
