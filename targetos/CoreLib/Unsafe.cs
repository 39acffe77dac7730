namespace System.Runtime.CompilerServices;

/// <summary>
/// Typed pointer arithmetic. ILC supplies the bodies of the intrinsic methods; the ones written here only satisfy the C# compiler
/// and would recurse.
/// </summary>
public static unsafe class Unsafe
{
    [Intrinsic]
    public static T As<T>(object? value)
        where T : class? => As<T>(value);

    [Intrinsic]
    public static ref TTo As<TFrom, TTo>(ref TFrom source) => ref As<TFrom, TTo>(ref source);

    [Intrinsic]
    public static ref T Add<T>(ref T source, int elementOffset) => ref Add(ref source, elementOffset);

    [Intrinsic]
    public static void* AsPointer<T>(ref T value) => AsPointer(ref value);

    [Intrinsic]
    public static ref T AsRef<T>(scoped in T source) => ref AsRef(in source);

    [Intrinsic]
    public static int SizeOf<T>() => SizeOf<T>();

    [Intrinsic]
    public static T ReadUnaligned<T>(ref readonly byte source) => ReadUnaligned<T>(in source);

    [Intrinsic]
    public static void WriteUnaligned<T>(ref byte destination, T value) => WriteUnaligned(ref destination, value);
}
