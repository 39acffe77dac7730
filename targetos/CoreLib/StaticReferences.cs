using System.Runtime.CompilerServices;

namespace System.Runtime;

/// <summary>
/// Makes the holders of reference-typed static fields. ILC leaves one cell for each holder in the image and expects start-up code
/// to allocate them; a static of a reference type used earlier is a wild pointer.
/// </summary>
internal static unsafe class StaticReferences
{
    private const int GcStaticsSection = 201;

    /// <summary>
    /// Walks the module headers of ILC 10.0.14: a header has its row count at 12 and from 16 on rows of 24 bytes
    /// (id, flags, start, end). A cell is a 32-bit self-relative offset to the holder's type; bit 0 says that it is not
    /// allocated yet, bit 1 that a second offset to preset contents follows.
    /// </summary>
    public static void Allocate()
    {
        for (byte** module = ModulesStart(); module < ModulesEnd(); module++)
        {
            byte* header = *module;
            if (header == null) continue;
            int rows = *(ushort*)(header + 12);
            for (int i = 0; i < rows; i++)
            {
                byte* row = header + 16 + (24 * i);
                if (*(int*)row == GcStaticsSection) AllocateAll(*(int**)(row + 8), *(int**)(row + 16));
            }
        }
    }

    private static void AllocateAll(int* start, int* end)
    {
        for (int* entry = start; entry < end; entry++)
        {
            int* cell = (int*)((byte*)entry + *entry);
            int typeOffset = *cell;
            if ((typeOffset & 1) == 0) continue;
            MethodTable* type = (MethodTable*)((byte*)cell + (typeOffset & ~3));
            object holder = RuntimeExports.RhpNewFast(type);
            byte* memory = *(byte**)Unsafe.AsPointer(ref holder);
            if ((typeOffset & 2) != 0)
            {
                byte* preset = (byte*)(cell + 1) + cell[1];
                SpanHelpers.Memmove(ref memory[8], in preset[0], type->BaseSize - 16);
            }

            *(byte**)cell = memory;
        }
    }

    [RuntimeImport("*", "ModulesStart"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte** ModulesStart();

    [RuntimeImport("*", "ModulesEnd"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte** ModulesEnd();
}
