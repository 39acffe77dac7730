using System.Buffers.Binary;

namespace NetKd.Protocol.Kd;

/// <summary>
/// Where each call keeps its fields within the manipulate packet's 40-byte union. Offsets count from the union's start
/// (facts: kdnet-wire, section 5).
/// </summary>
public static class ManipulateUnion
{
    /// <summary>Memory calls: address u64.</summary>
    public const int MemoryAddress = 0;
    /// <summary>Memory calls: bytes asked for, u32.</summary>
    public const int MemoryCount = 8;
    /// <summary>Memory calls: bytes moved, u32; cache flags in a physical request.</summary>
    public const int MemoryActual = 12;

    /// <summary>Context calls: ContextFlags u32.</summary>
    public const int ContextFlags = 0;
    /// <summary>GetContextEx, SetContextEx: offset into the record u32.</summary>
    public const int ContextExOffset = 0;
    /// <summary>GetContextEx, SetContextEx: bytes asked for u32.</summary>
    public const int ContextExByteCount = 4;
    /// <summary>GetContextEx, SetContextEx: bytes moved u32.</summary>
    public const int ContextExBytesCopied = 8;

    /// <summary>WriteBreakPoint: address u64.</summary>
    public const int BreakPointAddress = 0;
    /// <summary>WriteBreakPoint: handle u32.</summary>
    public const int BreakPointHandle = 8;
    /// <summary>RestoreBreakPoint: handle u32.</summary>
    public const int RestoreHandle = 0;

    /// <summary>Continue and Continue2: status u32.</summary>
    public const int ContinueStatus = 0;
    /// <summary>Continue2 of amd64 (<see cref="ContinueControl"/> has the others'): trace flag u32.</summary>
    public const int ContinueTraceFlag = 4;
    /// <summary>Continue2: DR7 u64, at an offset of 8 bytes (packed to 4).</summary>
    public const int ContinueDr7 = 8;
    /// <summary>Continue2: start of the current symbol u64; 1 when there is none.</summary>
    public const int ContinueSymbolStart = 16;
    /// <summary>Continue2: end of the current symbol u64.</summary>
    public const int ContinueSymbolEnd = 24;

    /// <summary>I/O calls: port u64.</summary>
    public const int IoAddress = 0;
    /// <summary>I/O calls: size u32.</summary>
    public const int IoSize = 8;
    /// <summary>I/O calls: value u32.</summary>
    public const int IoValue = 12;

    /// <summary>MSR calls: register u32.</summary>
    public const int Msr = 0;
    /// <summary>MSR calls: low half u32.</summary>
    public const int MsrLow = 4;
    /// <summary>MSR calls: high half u32.</summary>
    public const int MsrHigh = 8;

    /// <summary>SearchMemory: address u64, in a reply the address found.</summary>
    public const int SearchAddress = 0;
    /// <summary>SearchMemory: length u64.</summary>
    public const int SearchLength = 8;
    /// <summary>SearchMemory: pattern length u32.</summary>
    public const int SearchPatternLength = 16;

    /// <summary>FillMemory: address u64.</summary>
    public const int FillAddress = 0;
    /// <summary>FillMemory: length u32.</summary>
    public const int FillLength = 8;
    /// <summary>FillMemory: flags u16.</summary>
    public const int FillFlags = 12;
    /// <summary>FillMemory: pattern length u16.</summary>
    public const int FillPatternLength = 14;
    /// <summary>FillMemory flag: the address is virtual.</summary>
    public const ushort FillVirtual = 1;
    /// <summary>FillMemory flag: the address is physical.</summary>
    public const ushort FillPhysical = 2;

    /// <summary>QueryMemory: address u64.</summary>
    public const int QueryAddress = 0;
    /// <summary>QueryMemory: address space u32, in a reply one of DBGKD_QUERY_MEMORY_*.</summary>
    public const int QueryAddressSpace = 16;
    /// <summary>QueryMemory: flags u32.</summary>
    public const int QueryFlags = 20;

    /// <summary>Bus data calls: bus data type u32.</summary>
    public const int BusDataType = 0;
    /// <summary>Bus data calls: bus number u32.</summary>
    public const int BusNumber = 4;
    /// <summary>Bus data calls: slot number u32.</summary>
    public const int BusSlot = 8;
    /// <summary>Bus data calls: offset into configuration space u32.</summary>
    public const int BusOffset = 12;
    /// <summary>Bus data calls: length u32.</summary>
    public const int BusLength = 16;

    /// <summary>CauseBugCheck: code u32.</summary>
    public const int BugCheckCode = 0;

    /// <summary>Reads a u16 of the union.</summary>
    public static ushort ReadUInt16(ReadOnlySpan<byte> payload, int field) => BinaryPrimitives.ReadUInt16LittleEndian(payload.Slice(ManipulateHeader.UnionOffset + field));

    /// <summary>Reads a u32 of the union.</summary>
    public static uint ReadUInt32(ReadOnlySpan<byte> payload, int field) => BinaryPrimitives.ReadUInt32LittleEndian(payload.Slice(ManipulateHeader.UnionOffset + field));

    /// <summary>Reads a u64 of the union.</summary>
    public static ulong ReadUInt64(ReadOnlySpan<byte> payload, int field) => BinaryPrimitives.ReadUInt64LittleEndian(payload.Slice(ManipulateHeader.UnionOffset + field));

    /// <summary>Writes a u16 of the union.</summary>
    public static void WriteUInt16(Span<byte> payload, int field, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(payload.Slice(ManipulateHeader.UnionOffset + field), value);

    /// <summary>Writes a u32 of the union.</summary>
    public static void WriteUInt32(Span<byte> payload, int field, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(payload.Slice(ManipulateHeader.UnionOffset + field), value);

    /// <summary>Writes a u64 of the union.</summary>
    public static void WriteUInt64(Span<byte> payload, int field, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(payload.Slice(ManipulateHeader.UnionOffset + field), value);
}
