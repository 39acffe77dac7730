using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Memory;
using NetKd.TargetOs.Nt;

namespace NetKd.TargetOs.Threads;

/// <summary>One thread: its stack, and the trap frame to resume it from.</summary>
internal sealed unsafe class KernelThread
{
    /// <summary>64 KiB: a trap in the debugger's path needs several frames of it, each with 700 bytes of registers.</summary>
    private const ulong StackPages = 16;

    /// <summary>What debuggers see of the thread.</summary>
    public readonly ThreadObject* Object;

    /// <summary>Meaningful while the thread does not run.</summary>
    public TrapFrame* Frame;

    /// <summary>The tick from which on the thread may run.</summary>
    public ulong WakeTick;

    /// <summary>Adopts the code that is running now, on a stack that the loader made.</summary>
    public KernelThread(int number)
    {
        Object = (ThreadObject*)Heap.Allocate(ThreadObject.Size, 16);
        NtKernel.AddThread(Object, Routine.HighEntryAddress(), number);
    }

    /// <summary>Makes a thread that will call <paramref name="entry"/>, which must not return.</summary>
    public KernelThread(int number, delegate*<int, void> entry, int argument)
        : this(number)
    {
        ulong limit = (ulong)PhysicalWindow.Pointer(Arena.Allocate(StackPages));
        ulong top = limit + (StackPages * Arena.PageSize);
        Object->StackLimit = limit;
        Object->StackBase = top;
        Object->InitialStack = top;
        Object->StartAddress = (ulong)entry;

        // The zero above the entry's frame ends the stack walk; the stack is 16 bytes aligned at a call, so 8 off in the callee.
        ulong stack = top - 24;
        TrapFrame* frame = (TrapFrame*)((stack - TrapFrame.Size - 32) & ~15UL);
        frame->Rip = Routine.ThreadStartAddress();
        frame->Rsp = stack;
        frame->SegCs = GlobalDescriptors.Code;
        frame->SegSs = GlobalDescriptors.Data;
        frame->Rflags = Flags.InterruptEnable | Flags.Fixed;
        frame->Rcx = (ulong)entry;
        frame->Rdx = (ulong)argument;
        frame->MxCsr = 0x1F80;
        *(ushort*)frame->FloatingPoint = 0x037F;
        Frame = frame;
    }
}
