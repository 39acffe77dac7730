using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>A bounds-checked window on contiguous memory.</summary>
public readonly ref struct Span<T>
{
    internal readonly ref T _reference;
    private readonly int _length;

    internal Span(ref T reference, int length)
    {
        _reference = ref reference;
        _length = length;
    }

    public unsafe Span(void* pointer, int length)
    {
        if (length < 0) ThrowHelpers.ThrowIndexOutOfRangeException();
        _reference = ref Unsafe.As<byte, T>(ref *(byte*)pointer);
        _length = length;
    }

    public Span(T[]? array)
    {
        if (array == null)
        {
            this = default;
            return;
        }

        _reference = ref MemoryMarshal.GetArrayDataReference(array);
        _length = array.Length;
    }

    public Span(T[] array, int start, int length)
    {
        if ((uint)start > (uint)array.Length || (uint)length > (uint)(array.Length - start)) ThrowHelpers.ThrowIndexOutOfRangeException();
        _reference = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), start);
        _length = length;
    }

    public static Span<T> Empty => default;

    public int Length => _length;

    public bool IsEmpty => _length == 0;

    public ref T this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_length) ThrowHelpers.ThrowIndexOutOfRangeException();
            return ref Unsafe.Add(ref _reference, index);
        }
    }

    public static implicit operator Span<T>(T[]? array) => new(array);

    public static implicit operator ReadOnlySpan<T>(Span<T> span) => new(ref span._reference, span._length);

    public ref T GetPinnableReference() => ref _reference;

    public Span<T> Slice(int start)
    {
        if ((uint)start > (uint)_length) ThrowHelpers.ThrowIndexOutOfRangeException();
        return new(ref Unsafe.Add(ref _reference, start), _length - start);
    }

    public Span<T> Slice(int start, int length)
    {
        if ((uint)start > (uint)_length || (uint)length > (uint)(_length - start)) ThrowHelpers.ThrowIndexOutOfRangeException();
        return new(ref Unsafe.Add(ref _reference, start), length);
    }

    public void CopyTo(Span<T> destination) => ((ReadOnlySpan<T>)this).CopyTo(destination);

    public bool TryCopyTo(Span<T> destination)
    {
        if (_length > destination._length) return false;
        CopyTo(destination);
        return true;
    }

    public void Fill(T value)
    {
        for (int i = 0; i < _length; i++) Unsafe.Add(ref _reference, i) = value;
    }

    public void Clear() => Fill(default!);
}
