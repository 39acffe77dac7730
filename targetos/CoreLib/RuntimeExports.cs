using System.Runtime.CompilerServices;
using NetKd.TargetOs.Memory;

namespace System.Runtime;

/// <summary>Object allocation, under the names that ILC's code calls. Nothing is ever freed: allocate at start only.</summary>
internal static unsafe class RuntimeExports
{
    [RuntimeExport("RhpNewFast")]
    public static object RhpNewFast(MethodTable* type) => Allocate(type, type->BaseSize);

    [RuntimeExport("RhpNewArrayFast")]
    public static object RhpNewArrayFast(MethodTable* type, int length)
    {
        object array = Allocate(type, type->BaseSize + ((ulong)(uint)length * type->ComponentSize));
        Unsafe.As<Array>(array)._numComponents = length;
        return array;
    }

    [RuntimeExport("RhpNewPtrArrayFast")]
    public static object RhpNewPtrArrayFast(MethodTable* type, int length) => RhpNewArrayFast(type, length);

    public static object RhNewObject(MethodTable* type) => RhpNewFast(type);

    public static object RhNewArray(MethodTable* type, int length) => RhpNewArrayFast(type, length);

    private static object Allocate(MethodTable* type, ulong size)
    {
        nint memory = (nint)Heap.Allocate(size, 16);
        *(MethodTable**)memory = type;
        return Unsafe.As<nint, object>(ref memory);
    }
}
