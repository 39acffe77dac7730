using System.Runtime.CompilerServices;

namespace System.Runtime;

/// <summary>
/// Makes the static fields of reference types. ILC leaves one cell for each class's holder in the image and expects start-up code to
/// allocate them, then to run the static constructors: without a ClassConstructorRunner in the core library it makes them all eager.
/// </summary>
internal static unsafe class StaticState
{
    private const int GcStaticsSection = 201;
    private const int EagerConstructorsSection = 205;

    /// <summary>
    /// Walks the module headers of ILC 10.0.14: a header has its row count at 12 and from 16 on rows of 24 bytes
    /// (id, flags, start, end). Nothing static of a reference type may be touched before.
    /// </summary>
    public static void Initialize()
    {
        for (byte** module = ModulesStart(); module < ModulesEnd(); module++)
        {
            if (*module == null) continue;
            ForEach(*module, GcStaticsSection);
            ForEach(*module, EagerConstructorsSection);
        }
    }

    private static void ForEach(byte* header, int section)
    {
        int rows = *(ushort*)(header + 12);
        for (int i = 0; i < rows; i++)
        {
            byte* row = header + 16 + (24 * i);
            if (*(int*)row != section) continue;
            for (int* entry = *(int**)(row + 8); entry < *(int**)(row + 16); entry++)
            {
                byte* item = (byte*)entry + *entry;
                if (section == GcStaticsSection) AllocateHolder((int*)item);
                else ((delegate*<void>)item)();
            }
        }
    }

    /// <summary>
    /// A cell is a 32-bit self-relative offset to the holder's type; bit 0 says that it is not allocated yet, bit 1 that a second
    /// offset, to preset contents, follows. It becomes a pointer to the holder.
    /// </summary>
    private static void AllocateHolder(int* cell)
    {
        int typeOffset = *cell;
        if ((typeOffset & 1) == 0) return;
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

    [RuntimeImport("*", "ModulesStart"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte** ModulesStart();

    [RuntimeImport("*", "ModulesEnd"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte** ModulesEnd();
}
