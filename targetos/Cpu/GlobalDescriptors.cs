using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Cpu;

/// <summary>
/// The GDT and the task state segment. Selectors are those of Windows, because debuggers know them and read the descriptor of CS to
/// tell 64-bit code from 16-bit (facts: kdnet-wire section 5).
/// </summary>
internal static unsafe class GlobalDescriptors
{
    public const ushort Code = 0x10;
    public const ushort Data = 0x18;
    public const ushort UserData = 0x28;
    public const ushort UserCode = 0x30;
    public const ushort TaskState = 0x40;
    public const ushort UserThreadBlock = 0x50;

    /// <summary>Numbers of the interrupt stacks, as interrupt gates name them.</summary>
    public const int DoubleFaultStack = 1;
    public const int NonMaskableStack = 2;
    public const int MachineCheckStack = 3;

    private const int Entries = 12;
    private const ulong StackPages = 4;

    // Intel SDM volume 3, "Task Management in 64-bit Mode": 104 bytes, interrupt stack 1 at 36.
    private const int TaskStateSize = 104;

    public static void Load()
    {
        ulong* table = (ulong*)Heap.Allocate(Entries * 8, 16);
        table[Code / 8] = 0x00209B00_00000000;
        table[Data / 8] = 0x00CF9300_0000FFFF;
        table[UserData / 8] = 0x00CFF300_0000FFFF;
        table[UserCode / 8] = 0x0020FB00_00000000;
        table[UserThreadBlock / 8] = 0x0040F300_00003C00;

        ulong task = (ulong)MakeTaskState();
        table[TaskState / 8] = (TaskStateSize - 1) | ((task & 0xFFFFFF) << 16) | (0x89UL << 40) | ((task >> 24 & 0xFF) << 56);
        table[(TaskState / 8) + 1] = task >> 32;

        DescriptorRegister register;
        register.Limit = (Entries * 8) - 1;
        register.Base = (ulong)table;
        Processor.LoadSegments(&register, TaskState);
    }

    /// <summary>
    /// Only what cannot trust the current stack gets its own: a double fault, and the two traps that may come between any two
    /// instructions. Breakpoints use the stack of the thread: there is no red zone below it in this convention, debuggers walk
    /// straight on into the interrupted code, and a trap inside a trap does not overwrite the first one's frame.
    /// </summary>
    private static byte* MakeTaskState()
    {
        byte* task = Heap.Allocate(TaskStateSize, 16);
        for (int stack = DoubleFaultStack; stack <= MachineCheckStack; stack++)
        {
            ulong top = (ulong)PhysicalWindow.Pointer(Arena.Allocate(StackPages)) + (StackPages * Arena.PageSize);
            *(ulong*)(task + 36 + (8 * (stack - 1))) = top;
        }

        *(ushort*)(task + 102) = TaskStateSize; // no I/O permission map
        return task;
    }
}
