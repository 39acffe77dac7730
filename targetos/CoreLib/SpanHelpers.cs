using System.Runtime.CompilerServices;

namespace System;

/// <summary>Bulk memory operations that ILC calls by these names for large copies and zeroing.</summary>
internal static class SpanHelpers
{
    public static void Memmove(ref byte destination, ref readonly byte source, nuint length) =>
        CopyMemory(ref destination, in source, length);

    public static void ClearWithoutReferences(ref byte destination, nuint length) => SetMemory(ref destination, 0, length);

    public static void Fill(ref byte destination, byte value, nuint length) => SetMemory(ref destination, value, length);

    [Runtime.RuntimeImport("*", "memmove"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void CopyMemory(ref byte destination, ref readonly byte source, nuint length);

    [Runtime.RuntimeImport("*", "memset"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void SetMemory(ref byte destination, int value, nuint length);
}
