using System.Buffers.Binary;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Simulation;

/// <summary>
/// KSPECIAL_REGISTERS of a simulated processor: set 2 of control space. The kernel's debug registers are those of the CONTEXT record too:
/// the engine writes both before it continues (facts: kdnet-wire, section 5).
/// </summary>
public static class SpecialRegisters
{
    /// <summary>Writes the block; the span holds <see cref="Amd64SpecialRegisterOffsets.Size"/> bytes.</summary>
    public static void Write(Amd64Processor processor, Span<byte> block)
    {
        block[..Amd64SpecialRegisterOffsets.Size].Clear();
        WriteUInt64(block, Amd64SpecialRegisterOffsets.Cr0, processor.Cr0);
        WriteUInt64(block, Amd64SpecialRegisterOffsets.Cr2, processor.Cr2);
        WriteUInt64(block, Amd64SpecialRegisterOffsets.Cr3, processor.Cr3);
        WriteUInt64(block, Amd64SpecialRegisterOffsets.Cr4, processor.Cr4);
        WriteUInt64(block, Amd64SpecialRegisterOffsets.Cr8, processor.Cr8);
        for (int i = 0; i < 4; i++) WriteUInt64(block, Amd64SpecialRegisterOffsets.KernelDr0 + i * 8, processor.Debug.Addresses[i]);
        WriteUInt64(block, Amd64SpecialRegisterOffsets.KernelDr6, processor.Debug.Status);
        WriteUInt64(block, Amd64SpecialRegisterOffsets.KernelDr7, processor.Debug.Control);
        WriteUInt16(block, Amd64SpecialRegisterOffsets.GdtrLimit, processor.GdtLimit);
        WriteUInt64(block, Amd64SpecialRegisterOffsets.GdtrBase, processor.GdtBase);
        WriteUInt16(block, Amd64SpecialRegisterOffsets.IdtrLimit, processor.IdtLimit);
        WriteUInt64(block, Amd64SpecialRegisterOffsets.IdtrBase, processor.IdtBase);
        WriteUInt16(block, Amd64SpecialRegisterOffsets.Tr, processor.TaskRegister);
        BinaryPrimitives.WriteUInt32LittleEndian(block[Amd64SpecialRegisterOffsets.MxCsr..], processor.MxCsr);
        WriteUInt64(block, Amd64SpecialRegisterOffsets.MsrGsBase, processor.GsBase);
        WriteUInt64(block, Amd64SpecialRegisterOffsets.MsrGsSwap, processor.GsSwap);
        for (int i = 0; i < processor.SystemCallRegisters.Length; i++)
            WriteUInt64(block, Amd64SpecialRegisterOffsets.MsrStar + i * 8, processor.SystemCallRegisters[i]);
    }

    /// <summary>Takes a whole block.</summary>
    public static void Read(Amd64Processor processor, ReadOnlySpan<byte> block)
    {
        processor.Cr0 = ReadUInt64(block, Amd64SpecialRegisterOffsets.Cr0);
        processor.Cr2 = ReadUInt64(block, Amd64SpecialRegisterOffsets.Cr2);
        processor.Cr3 = ReadUInt64(block, Amd64SpecialRegisterOffsets.Cr3);
        processor.Cr4 = ReadUInt64(block, Amd64SpecialRegisterOffsets.Cr4);
        processor.Cr8 = ReadUInt64(block, Amd64SpecialRegisterOffsets.Cr8);
        for (int i = 0; i < 4; i++) processor.Debug.Addresses[i] = ReadUInt64(block, Amd64SpecialRegisterOffsets.KernelDr0 + i * 8);
        processor.Debug.Status = ReadUInt64(block, Amd64SpecialRegisterOffsets.KernelDr6);
        processor.Debug.Control = ReadUInt64(block, Amd64SpecialRegisterOffsets.KernelDr7);
        processor.GdtLimit = BinaryPrimitives.ReadUInt16LittleEndian(block[Amd64SpecialRegisterOffsets.GdtrLimit..]);
        processor.GdtBase = ReadUInt64(block, Amd64SpecialRegisterOffsets.GdtrBase);
        processor.IdtLimit = BinaryPrimitives.ReadUInt16LittleEndian(block[Amd64SpecialRegisterOffsets.IdtrLimit..]);
        processor.IdtBase = ReadUInt64(block, Amd64SpecialRegisterOffsets.IdtrBase);
        processor.TaskRegister = BinaryPrimitives.ReadUInt16LittleEndian(block[Amd64SpecialRegisterOffsets.Tr..]);
        processor.GsBase = ReadUInt64(block, Amd64SpecialRegisterOffsets.MsrGsBase);
        processor.GsSwap = ReadUInt64(block, Amd64SpecialRegisterOffsets.MsrGsSwap);
        for (int i = 0; i < processor.SystemCallRegisters.Length; i++)
            processor.SystemCallRegisters[i] = ReadUInt64(block, Amd64SpecialRegisterOffsets.MsrStar + i * 8);
    }

    private static ulong ReadUInt64(ReadOnlySpan<byte> block, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(block[offset..]);

    private static void WriteUInt64(Span<byte> block, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(block[offset..], value);

    private static void WriteUInt16(Span<byte> block, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(block[offset..], value);
}
