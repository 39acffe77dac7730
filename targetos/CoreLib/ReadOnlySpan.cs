using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>A bounds-checked window on contiguous memory that is only read.</summary>
public readonly ref struct ReadOnlySpan<T>
{
    internal readonly ref T _reference;
    private readonly int _length;

    internal ReadOnlySpan(ref T reference, int length)
    {
        _reference = ref reference;
        _length = length;
    }

    public unsafe ReadOnlySpan(void* pointer, int length)
    {
        if (length < 0) ThrowHelpers.ThrowIndexOutOfRangeException();
        _reference = ref Unsafe.As<byte, T>(ref *(byte*)pointer);
        _length = length;
    }

    public ReadOnlySpan(T[]? array)
    {
        if (array == null)
        {
            this = default;
            return;
        }

        _reference = ref MemoryMarshal.GetArrayDataReference(array);
        _length = array.Length;
    }

    public ReadOnlySpan(T[] array, int start, int length)
    {
        if ((uint)start > (uint)array.Length || (uint)length > (uint)(array.Length - start)) ThrowHelpers.ThrowIndexOutOfRangeException();
        _reference = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), start);
        _length = length;
    }

    public static ReadOnlySpan<T> Empty => default;

    public int Length => _length;

    public bool IsEmpty => _length == 0;

    public ref readonly T this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_length) ThrowHelpers.ThrowIndexOutOfRangeException();
            return ref Unsafe.Add(ref _reference, index);
        }
    }

    public static implicit operator ReadOnlySpan<T>(T[]? array) => new(array);

    public ref readonly T GetPinnableReference() => ref _reference;

    public ReadOnlySpan<T> Slice(int start)
    {
        if ((uint)start > (uint)_length) ThrowHelpers.ThrowIndexOutOfRangeException();
        return new(ref Unsafe.Add(ref _reference, start), _length - start);
    }

    public ReadOnlySpan<T> Slice(int start, int length)
    {
        if ((uint)start > (uint)_length || (uint)length > (uint)(_length - start)) ThrowHelpers.ThrowIndexOutOfRangeException();
        return new(ref Unsafe.Add(ref _reference, start), length);
    }

    /// <summary>Copies all elements; source and destination may overlap.</summary>
    public void CopyTo(Span<T> destination)
    {
        if ((uint)_length > (uint)destination.Length) ThrowHelpers.ThrowIndexOutOfRangeException();
        if (!RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            SpanHelpers.Memmove(
                ref Unsafe.As<T, byte>(ref destination._reference),
                ref Unsafe.As<T, byte>(ref _reference),
                (nuint)_length * (nuint)Unsafe.SizeOf<T>());
            return;
        }

        for (int i = 0; i < _length; i++) Unsafe.Add(ref destination._reference, i) = Unsafe.Add(ref _reference, i);
    }

    public bool TryCopyTo(Span<T> destination)
    {
        if (_length > destination.Length) return false;
        CopyTo(destination);
        return true;
    }
}
