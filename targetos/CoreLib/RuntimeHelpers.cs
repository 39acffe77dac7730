namespace System.Runtime.CompilerServices;

/// <summary>What the C# compiler calls for array literals; ILC replaces the intrinsic bodies.</summary>
public static class RuntimeHelpers
{
    [Intrinsic]
    public static void InitializeArray(Array array, RuntimeFieldHandle fieldHandle) => InitializeArray(array, fieldHandle);

    [Intrinsic]
    public static ReadOnlySpan<T> CreateSpan<T>(RuntimeFieldHandle fieldHandle) => CreateSpan<T>(fieldHandle);

    [Intrinsic]
    public static bool IsReferenceOrContainsReferences<T>() => IsReferenceOrContainsReferences<T>();
}
