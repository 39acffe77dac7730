using System.Buffers.Binary;

namespace NetKd.Protocol.Kd;

/// <summary>Text from the target (DbgPrint) and prompts that it wants answered (facts: kdnet-wire, section 4).</summary>
public struct DebugIo
{
    /// <summary>Bytes before the text.</summary>
    public const int HeaderSize = 16;

    /// <summary>DbgKdPrintStringApi.</summary>
    public const uint PrintString = 0x3230;

    /// <summary>DbgKdGetStringApi.</summary>
    public const uint GetString = 0x3231;

    /// <summary>One of the two calls.</summary>
    public uint Api;

    /// <summary>Architecture-defined processor level.</summary>
    public ushort ProcessorLevel;

    /// <summary>Processor.</summary>
    public ushort Processor;

    /// <summary>Bytes of text behind the header.</summary>
    public uint TextLength;

    /// <summary>Prompts: the most bytes of an answer.</summary>
    public uint AnswerLimit;

    /// <summary>Reads the header and gives the text, cut to what is there; false when too short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out DebugIo io, out ReadOnlySpan<byte> text)
    {
        io = default;
        text = default;
        if (payload.Length < HeaderSize) return false;
        io.Api = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        io.ProcessorLevel = BinaryPrimitives.ReadUInt16LittleEndian(payload.Slice(4));
        io.Processor = BinaryPrimitives.ReadUInt16LittleEndian(payload.Slice(6));
        io.TextLength = BinaryPrimitives.ReadUInt32LittleEndian(payload.Slice(8));
        io.AnswerLimit = BinaryPrimitives.ReadUInt32LittleEndian(payload.Slice(12));
        int there = payload.Length - HeaderSize;
        text = payload.Slice(HeaderSize, io.TextLength < (uint)there ? (int)io.TextLength : there);
        return true;
    }

    /// <summary>Writes the header.</summary>
    public readonly void Write(Span<byte> payload)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(payload, Api);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.Slice(4), ProcessorLevel);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.Slice(6), Processor);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.Slice(8), TextLength);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.Slice(12), AnswerLimit);
    }
}
