using System.Buffers.Binary;

namespace NetKd.Protocol.Kd;

/// <summary>
/// The 32-bit state change of old kernels (packet type 1): DBGKD_WAIT_STATE_CHANGE32 of the public SDK header wdbgexts.h.
/// Read only, widened into the 64-bit form; addresses are sign-extended as every 32-bit address is in the engine.
/// </summary>
public static class StateChange32
{
    /// <summary>
    /// Bytes before the control report: kind, level, processor, count, thread, program counter (six fields in 20 bytes) and a union
    /// as large as an exception record (80 bytes) with its first-chance flag.
    /// </summary>
    public const int Size = 104;

    private const int UnionOffset = 20;
    private const int FirstChanceOffset = 100;

    /// <summary>Reads the 32-bit form; false when it is too short or of an unknown kind.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out StateChange change)
    {
        change = default;
        if (payload.Length < Size) return false;
        change.Kind = (StateChangeKind)BinaryPrimitives.ReadUInt32LittleEndian(payload);
        change.ProcessorLevel = BinaryPrimitives.ReadUInt16LittleEndian(payload.Slice(4));
        change.Processor = BinaryPrimitives.ReadUInt16LittleEndian(payload.Slice(6));
        change.ProcessorCount = BinaryPrimitives.ReadUInt32LittleEndian(payload.Slice(8));
        change.Thread = Address(payload.Slice(12));
        change.ProgramCounter = Address(payload.Slice(16));
        ReadOnlySpan<byte> union = payload.Slice(UnionOffset);
        if (change.Kind == StateChangeKind.Exception)
        {
            change.Exception.Code = BinaryPrimitives.ReadUInt32LittleEndian(union);
            change.Exception.Flags = BinaryPrimitives.ReadUInt32LittleEndian(union.Slice(4));
            change.Exception.Record = Address(union.Slice(8));
            change.Exception.Address = Address(union.Slice(12));
            uint count = BinaryPrimitives.ReadUInt32LittleEndian(union.Slice(16));
            change.Exception.ParameterCount = count > ExceptionRecord.MaxParameters ? ExceptionRecord.MaxParameters : count;
            change.Exception.Information0 = Address(union.Slice(20));
            change.Exception.Information1 = Address(union.Slice(24));
            change.Exception.FirstChance = BinaryPrimitives.ReadUInt32LittleEndian(payload.Slice(FirstChanceOffset)) != 0;
            return true;
        }

        if (change.Kind == StateChangeKind.LoadSymbols)
        {
            change.LoadSymbols.PathNameLength = BinaryPrimitives.ReadUInt32LittleEndian(union);
            change.LoadSymbols.Base = Address(union.Slice(4));
            change.LoadSymbols.ProcessId = BinaryPrimitives.ReadUInt32LittleEndian(union.Slice(8));
            change.LoadSymbols.Checksum = BinaryPrimitives.ReadUInt32LittleEndian(union.Slice(12));
            change.LoadSymbols.SizeOfImage = BinaryPrimitives.ReadUInt32LittleEndian(union.Slice(16));
            change.LoadSymbols.Unload = union[20] != 0;
            return true;
        }

        return change.Kind == StateChangeKind.CommandString;
    }

    private static ulong Address(ReadOnlySpan<byte> source) => unchecked((ulong)BinaryPrimitives.ReadInt32LittleEndian(source));
}
