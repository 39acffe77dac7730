using System.Buffers.Binary;

namespace NetKd.Protocol.Kd;

/// <summary>The 40-byte answer to GetVersion, which fills the manipulate union (facts: kdnet-wire, section 5).</summary>
public struct VersionBlock
{
    /// <summary>Bytes of the block.</summary>
    public const int Size = 40;

    /// <summary>KD protocol version that amd64 kernels report.</summary>
    public const byte CurrentProtocolVersion = 6;

    /// <summary>
    /// Secondary version of today's amd64 CONTEXT (KD_SECONDARY_VERSION_AMD64_CONTEXT of the public SDK header wdbgexts.h). With 0, that of
    /// an obsolete layout, the engine sends 0x3d0-byte records by SetContext (measured in tests/Interop).
    /// </summary>
    public const byte SecondaryAmd64Context = 2;

    /// <summary>Flag: multiprocessor kernel.</summary>
    public const ushort FlagMultiprocessor = 1;

    /// <summary>Flag: the data pointers are valid.</summary>
    public const ushort FlagData = 2;

    /// <summary>Flag: 64-bit pointers.</summary>
    public const ushort FlagPointer64 = 4;

    // "N" in the high byte, kilobytes in the low one.
    private const ushort LargeMemoryMark = 'N' << 8;
    private const int LargeMemoryUnit = 1024;

    /// <summary>High byte 0 for NT, 4 for a boot debugger; low byte 0x0F free, 0x0C checked.</summary>
    public ushort MajorVersion;

    /// <summary>Build number.</summary>
    public ushort MinorVersion;

    /// <summary>KD protocol version.</summary>
    public byte ProtocolVersion;

    /// <summary>Secondary protocol version: which context layout is in use.</summary>
    public byte SecondaryVersion;

    /// <summary>FLAG_* values.</summary>
    public ushort Flags;

    /// <summary>PE machine type.</summary>
    public ushort MachineType;

    /// <summary>
    /// Bytes of memory that the target takes and sends in a packet, whole kilobytes, at most <see cref="PayloadLimits.LargestMemory"/>; 0 for NT's. A word of ours in
    /// the block's unused field, which NT leaves zero and Microsoft's engine does not read: only debuggers that know it ask for more than NT gives.
    /// </summary>
    public int LargeMemory;

    /// <summary>Virtual address of the kernel image.</summary>
    public ulong KernelBase;

    /// <summary>Virtual address of the module list's head.</summary>
    public ulong LoadedModuleList;

    /// <summary>Virtual address of the pointer to the debugger data block.</summary>
    public ulong DebuggerDataList;

    /// <summary>Reads the block from a manipulate packet's union.</summary>
    public static VersionBlock Read(ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> union = payload.Slice(ManipulateHeader.UnionOffset, Size);
        VersionBlock block = default;
        block.MajorVersion = BinaryPrimitives.ReadUInt16LittleEndian(union);
        block.MinorVersion = BinaryPrimitives.ReadUInt16LittleEndian(union.Slice(2));
        block.ProtocolVersion = union[4];
        block.SecondaryVersion = union[5];
        block.Flags = BinaryPrimitives.ReadUInt16LittleEndian(union.Slice(6));
        block.MachineType = BinaryPrimitives.ReadUInt16LittleEndian(union.Slice(8));
        block.LargeMemory = ReadLargeMemory(BinaryPrimitives.ReadUInt16LittleEndian(union.Slice(14)));
        block.KernelBase = BinaryPrimitives.ReadUInt64LittleEndian(union.Slice(16));
        block.LoadedModuleList = BinaryPrimitives.ReadUInt64LittleEndian(union.Slice(24));
        block.DebuggerDataList = BinaryPrimitives.ReadUInt64LittleEndian(union.Slice(32));
        return block;
    }

    /// <summary>Writes the block into a manipulate packet's union.</summary>
    public readonly void Write(Span<byte> payload)
    {
        // The highest packet type, state change and call that this side knows, as an NT 10 kernel states them:
        // one past FILE_IO, the low bytes of 3032 and 3160 (facts: kdnet-wire, section 5, flags of the real capture).
        const byte MaxPacketType = 12, MaxStateChange = 0x33, MaxManipulate = 0x61;
        Span<byte> union = payload.Slice(ManipulateHeader.UnionOffset, Size);
        BinaryPrimitives.WriteUInt16LittleEndian(union, MajorVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(union.Slice(2), MinorVersion);
        union[4] = ProtocolVersion;
        union[5] = SecondaryVersion;
        BinaryPrimitives.WriteUInt16LittleEndian(union.Slice(6), Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(union.Slice(8), MachineType);
        union[10] = MaxPacketType;
        union[11] = MaxStateChange;
        union[12] = MaxManipulate;
        union[13] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(union.Slice(14), LargeMemory == 0 ? (ushort)0 : (ushort)(LargeMemoryMark | LargeMemory / LargeMemoryUnit));
        BinaryPrimitives.WriteUInt64LittleEndian(union.Slice(16), KernelBase);
        BinaryPrimitives.WriteUInt64LittleEndian(union.Slice(24), LoadedModuleList);
        BinaryPrimitives.WriteUInt64LittleEndian(union.Slice(32), DebuggerDataList);
    }

    // Less than NT's packets carry, or more than ours, was not written by this.
    private static int ReadLargeMemory(ushort word)
    {
        int size = (word & 0xFF) * LargeMemoryUnit;
        return (word & 0xFF00) == LargeMemoryMark && size > PayloadLimits.Net && size <= PayloadLimits.LargestMemory ? size : 0;
    }
}
