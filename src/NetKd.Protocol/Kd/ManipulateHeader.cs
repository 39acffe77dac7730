using System.Buffers.Binary;

namespace NetKd.Protocol.Kd;

/// <summary>
/// The 56-byte start of every manipulate packet, little-endian: API number, processor level and number, status, and a 40-byte
/// union that each call lays out (see <see cref="ManipulateUnion"/>). Extra data follows (facts: kdnet-wire, section 5).
/// </summary>
public struct ManipulateHeader
{
    /// <summary>Bytes of header and union.</summary>
    public const int Size = 56;

    /// <summary>Where the union begins.</summary>
    public const int UnionOffset = 16;

    /// <summary>Bytes of the union.</summary>
    public const int UnionSize = 40;

    /// <summary>The call.</summary>
    public ManipulateApi Api;

    /// <summary>Architecture-defined processor level.</summary>
    public ushort ProcessorLevel;

    /// <summary>Processor the call is about.</summary>
    public ushort Processor;

    /// <summary>NTSTATUS of a reply.</summary>
    public uint ReturnStatus;

    /// <summary>Reads the header; false when there are fewer than <see cref="Size"/> bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out ManipulateHeader header)
    {
        header = default;
        if (payload.Length < Size) return false;
        header.Api = (ManipulateApi)BinaryPrimitives.ReadUInt32LittleEndian(payload);
        header.ProcessorLevel = BinaryPrimitives.ReadUInt16LittleEndian(payload.Slice(4));
        header.Processor = BinaryPrimitives.ReadUInt16LittleEndian(payload.Slice(6));
        header.ReturnStatus = BinaryPrimitives.ReadUInt32LittleEndian(payload.Slice(8));
        return true;
    }

    /// <summary>Writes the 16 bytes before the union.</summary>
    public readonly void Write(Span<byte> payload)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(payload, (uint)Api);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.Slice(4), ProcessorLevel);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.Slice(6), Processor);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.Slice(8), ReturnStatus);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.Slice(12), 0);
    }
}
