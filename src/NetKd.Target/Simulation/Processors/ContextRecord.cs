using System.Buffers.Binary;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Simulation;

/// <summary>The amd64 CONTEXT record of a simulated processor, as it crosses the wire.</summary>
public static class ContextRecord
{
    private const int FloatingControlWord = Amd64ContextOffsets.FltSave;
    private const ushort InitialFloatingControl = 0x27F;
    private const int FloatingMxCsr = Amd64ContextOffsets.FltSave + 0x18;

    /// <summary>Writes a whole record of <see cref="Amd64ContextOffsets.Size"/> bytes.</summary>
    public static void Write(Amd64Processor processor, Span<byte> record)
    {
        record[..Amd64ContextOffsets.Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record[Amd64ContextOffsets.ContextFlags..], Amd64ContextOffsets.AllFlags);
        BinaryPrimitives.WriteUInt32LittleEndian(record[Amd64ContextOffsets.MxCsr..], processor.MxCsr);
        for (int i = 0; i < processor.Segments.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(record[(Amd64ContextOffsets.SegCs + i * 2)..], processor.Segments[i]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[Amd64ContextOffsets.EFlags..], unchecked((uint)processor.Flags));
        DebugRegisters debug = processor.Debug;
        for (int i = 0; i < 4; i++) WriteUInt64(record, Amd64ContextOffsets.Dr0 + i * 8, debug.Addresses[i]);
        WriteUInt64(record, Amd64ContextOffsets.Dr6, debug.Status);
        WriteUInt64(record, Amd64ContextOffsets.Dr7, debug.Control);
        for (int i = 0; i < 16; i++) WriteUInt64(record, Amd64ContextOffsets.Rax + i * 8, processor.General[i]);
        WriteUInt64(record, Amd64ContextOffsets.Rip, processor.Rip);
        BinaryPrimitives.WriteUInt16LittleEndian(record[FloatingControlWord..], InitialFloatingControl);
        BinaryPrimitives.WriteUInt32LittleEndian(record[FloatingMxCsr..], processor.MxCsr);
        processor.Vectors.CopyTo(record[Amd64ContextOffsets.Xmm0..]);
    }

    /// <summary>Takes the registers from a whole record.</summary>
    public static void Read(Amd64Processor processor, ReadOnlySpan<byte> record)
    {
        processor.MxCsr = BinaryPrimitives.ReadUInt32LittleEndian(record[Amd64ContextOffsets.MxCsr..]);
        for (int i = 0; i < processor.Segments.Length; i++)
            processor.Segments[i] = BinaryPrimitives.ReadUInt16LittleEndian(record[(Amd64ContextOffsets.SegCs + i * 2)..]);
        processor.Flags = BinaryPrimitives.ReadUInt32LittleEndian(record[Amd64ContextOffsets.EFlags..]) | RFlags.AlwaysSet;
        DebugRegisters debug = processor.Debug;
        for (int i = 0; i < 4; i++) debug.Addresses[i] = ReadUInt64(record, Amd64ContextOffsets.Dr0 + i * 8);
        debug.Status = ReadUInt64(record, Amd64ContextOffsets.Dr6);
        debug.Control = ReadUInt64(record, Amd64ContextOffsets.Dr7);
        for (int i = 0; i < 16; i++) processor.General[i] = ReadUInt64(record, Amd64ContextOffsets.Rax + i * 8);
        processor.Rip = ReadUInt64(record, Amd64ContextOffsets.Rip);
        record.Slice(Amd64ContextOffsets.Xmm0, processor.Vectors.Length).CopyTo(processor.Vectors);
    }

    private static ulong ReadUInt64(ReadOnlySpan<byte> record, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(record[offset..]);

    private static void WriteUInt64(Span<byte> record, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(record[offset..], value);
}
