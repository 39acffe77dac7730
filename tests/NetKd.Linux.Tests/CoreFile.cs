using System.Buffers.Binary;

namespace NetKd.Linux.Tests;

/// <summary>A segment of a core file: a program header.</summary>
internal readonly record struct CoreSegment(ulong Virtual, ulong Physical, ulong Size, long Offset, uint Type = 1);

/// <summary>ELF core files as /proc/kcore is one.</summary>
internal static class CoreFile
{
    /// <summary>Makes one of a size. Behind 0x100 each byte is its place's lower eight bits; the headers may reach over that.</summary>
    public static byte[] Make(int size, params CoreSegment[] segments)
    {
        byte[] file = new byte[size + (segments.Length > 2 ? 0x100 : 0)];
        for (int i = 0x100; i < file.Length; i++) file[i] = (byte)i;
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(file);
        int table = segments.Length > 2 ? size : 64;
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(32), table);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), (ushort)segments.Length);
        for (int i = 0; i < segments.Length; i++)
        {
            Span<byte> header = file.AsSpan(table + 56 * i, 56);
            BinaryPrimitives.WriteUInt32LittleEndian(header, segments[i].Type);
            BinaryPrimitives.WriteInt64LittleEndian(header[8..], segments[i].Offset);
            BinaryPrimitives.WriteUInt64LittleEndian(header[16..], segments[i].Virtual);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], segments[i].Physical);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], segments[i].Size);
        }

        return file;
    }
}
