using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Cpu;

/// <summary>The interrupt descriptor table: one gate for each stub of cpu.S, interrupts masked on entry.</summary>
internal static unsafe class InterruptTable
{
    private const ulong InterruptGate = 0x8E;

    public static void Load()
    {
        ulong* table = (ulong*)Heap.Allocate(Vector.Count * 16, 16);
        for (int vector = 0; vector < Vector.Count; vector++)
        {
            ulong stub = Routine.TrapStubAddress(vector);
            table[2 * vector] = (stub & 0xFFFF) | ((ulong)GlobalDescriptors.Code << 16) | ((ulong)Stack(vector) << 32)
                | (InterruptGate << 40) | ((stub >> 16 & 0xFFFF) << 48);
            table[(2 * vector) + 1] = stub >> 32;
        }

        DescriptorRegister register;
        register.Limit = (Vector.Count * 16) - 1;
        register.Base = (ulong)table;
        Processor.LoadInterruptTable(&register);
    }

    private static int Stack(int vector) => vector switch
    {
        Vector.DoubleFault => GlobalDescriptors.DoubleFaultStack,
        Vector.NonMaskable => GlobalDescriptors.NonMaskableStack,
        Vector.MachineCheck => GlobalDescriptors.MachineCheckStack,
        _ => 0,
    };
}
