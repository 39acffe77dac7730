using System.Runtime.CompilerServices;

namespace System.Runtime;

/// <summary>
/// Stores into arrays of references. The kernel makes no covariant use of arrays, so the element type is not checked.
/// </summary>
internal static class TypeCast
{
    public static void StelemRef(object?[] array, nint index, object? value)
    {
        if ((nuint)index >= (nuint)array.Length) Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowIndexOutOfRangeException();
        ref byte data = ref Unsafe.As<RawArrayData>(array).Data;
        Unsafe.Add(ref Unsafe.As<byte, object?>(ref data), (int)index) = value;
    }
}
