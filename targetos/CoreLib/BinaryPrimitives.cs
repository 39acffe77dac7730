using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace System.Buffers.Binary;

/// <summary>Reads and writes numbers of a stated byte order. The processor is little-endian, always.</summary>
public static class BinaryPrimitives
{
    public static ushort ReverseEndianness(ushort value) => (ushort)((value >> 8) | (value << 8));

    public static uint ReverseEndianness(uint value) =>
        (value >> 24) | ((value >> 8) & 0xFF00) | ((value << 8) & 0xFF0000) | (value << 24);

    public static ulong ReverseEndianness(ulong value) =>
        ((ulong)ReverseEndianness((uint)value) << 32) | ReverseEndianness((uint)(value >> 32));

    public static ushort ReadUInt16LittleEndian(ReadOnlySpan<byte> source) => MemoryMarshal.Read<ushort>(source);

    public static uint ReadUInt32LittleEndian(ReadOnlySpan<byte> source) => MemoryMarshal.Read<uint>(source);

    public static ulong ReadUInt64LittleEndian(ReadOnlySpan<byte> source) => MemoryMarshal.Read<ulong>(source);

    public static short ReadInt16LittleEndian(ReadOnlySpan<byte> source) => MemoryMarshal.Read<short>(source);

    public static int ReadInt32LittleEndian(ReadOnlySpan<byte> source) => MemoryMarshal.Read<int>(source);

    public static long ReadInt64LittleEndian(ReadOnlySpan<byte> source) => MemoryMarshal.Read<long>(source);

    public static ushort ReadUInt16BigEndian(ReadOnlySpan<byte> source) => ReverseEndianness(MemoryMarshal.Read<ushort>(source));

    public static uint ReadUInt32BigEndian(ReadOnlySpan<byte> source) => ReverseEndianness(MemoryMarshal.Read<uint>(source));

    public static ulong ReadUInt64BigEndian(ReadOnlySpan<byte> source) => ReverseEndianness(MemoryMarshal.Read<ulong>(source));

    public static void WriteUInt16LittleEndian(Span<byte> destination, ushort value) => MemoryMarshal.Write(destination, in value);

    public static void WriteUInt32LittleEndian(Span<byte> destination, uint value) => MemoryMarshal.Write(destination, in value);

    public static void WriteUInt64LittleEndian(Span<byte> destination, ulong value) => MemoryMarshal.Write(destination, in value);

    public static void WriteInt16LittleEndian(Span<byte> destination, short value) => MemoryMarshal.Write(destination, in value);

    public static void WriteInt32LittleEndian(Span<byte> destination, int value) => MemoryMarshal.Write(destination, in value);

    public static void WriteInt64LittleEndian(Span<byte> destination, long value) => MemoryMarshal.Write(destination, in value);

    public static void WriteUInt16BigEndian(Span<byte> destination, ushort value) => WriteUInt16LittleEndian(destination, ReverseEndianness(value));

    public static void WriteUInt32BigEndian(Span<byte> destination, uint value) => WriteUInt32LittleEndian(destination, ReverseEndianness(value));

    public static void WriteUInt64BigEndian(Span<byte> destination, ulong value) => WriteUInt64LittleEndian(destination, ReverseEndianness(value));
}
