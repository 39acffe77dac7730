using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System.Runtime.InteropServices;

/// <summary>Views of spans and arrays as other types.</summary>
public static class MemoryMarshal
{
    [Intrinsic]
    public static ref T GetArrayDataReference<T>(T[] array) =>
        ref Unsafe.As<byte, T>(ref Unsafe.As<RawArrayData>(array).Data);

    public static Span<T> CreateSpan<T>(scoped ref T reference, int length) => new(ref Unsafe.AsRef(in reference), length);

    public static ReadOnlySpan<T> CreateReadOnlySpan<T>(scoped ref readonly T reference, int length) => new(ref Unsafe.AsRef(in reference), length);

    public static ref T GetReference<T>(Span<T> span) => ref span._reference;

    public static ref T GetReference<T>(ReadOnlySpan<T> span) => ref span._reference;

    /// <summary>Reads an unmanaged value from the start of a span, at any alignment.</summary>
    public static T Read<T>(ReadOnlySpan<byte> source)
        where T : unmanaged
    {
        if (source.Length < Unsafe.SizeOf<T>()) ThrowHelpers.ThrowIndexOutOfRangeException();
        return Unsafe.ReadUnaligned<T>(in source._reference);
    }

    /// <summary>Writes an unmanaged value to the start of a span, at any alignment.</summary>
    public static void Write<T>(Span<byte> destination, in T value)
        where T : unmanaged
    {
        if (destination.Length < Unsafe.SizeOf<T>()) ThrowHelpers.ThrowIndexOutOfRangeException();
        Unsafe.WriteUnaligned(ref destination._reference, value);
    }
}
