namespace System;

/// <summary>The span operations that the shared protocol code uses.</summary>
public static class MemoryExtensions
{
    public static Span<T> AsSpan<T>(this T[]? array) => new(array);

    public static Span<T> AsSpan<T>(this T[] array, int start) => new(array, start, array.Length - start);

    public static Span<T> AsSpan<T>(this T[] array, int start, int length) => new(array, start, length);

    public static bool SequenceEqual(this ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length) return false;
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i]) return false;
        }

        return true;
    }

    public static bool SequenceEqual(this Span<byte> left, ReadOnlySpan<byte> right) => SequenceEqual((ReadOnlySpan<byte>)left, right);

    public static int IndexOf(this ReadOnlySpan<byte> span, byte value)
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (span[i] == value) return i;
        }

        return -1;
    }
}
