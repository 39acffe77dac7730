using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Nt;

namespace NetKd.TargetOs.Threads;

/// <summary>Round robin over a few threads, on every tick and when a thread waits. Runs in trap context only, interrupts masked.</summary>
internal static unsafe class Scheduler
{
    private const int MaxThreads = 8;

    private static readonly KernelThread[] s_threads = new KernelThread[MaxThreads];
    private static int s_count;
    private static int s_current;

    /// <summary>Makes the running code thread 0: the one that runs when no other can.</summary>
    public static void AdoptIdle()
    {
        KernelThread idle = new(0);
        s_threads[0] = idle;
        s_count = 1;
        NtKernel.Processor0->Block.IdleThread = idle.Object;
        NtKernel.Processor0->Block.CurrentThread = idle.Object;
        idle.Object->State = ThreadObject.StateRunning;
    }

    /// <summary>Adds a thread. Called before interrupts are enabled.</summary>
    public static void Start(delegate*<int, void> entry, int argument)
    {
        KernelThread thread = new(s_count, entry, argument);
        thread.Object->State = ThreadObject.StateReady;
        s_threads[s_count++] = thread;
    }

    /// <summary>Lets the calling thread rest for some ticks.</summary>
    public static void Sleep(uint ticks)
    {
        ulong flags = Processor.DisableInterrupts();
        s_threads[s_current].WakeTick = SharedUserData.Ticks + ticks;
        Processor.Yield();
        Processor.RestoreFlags(flags);
    }

    /// <summary>Leaves the running thread at a frame and returns the frame of the one to run.</summary>
    public static TrapFrame* Switch(TrapFrame* frame)
    {
        if (s_count == 0) return frame;
        KernelThread previous = s_threads[s_current];
        previous.Frame = frame;
        previous.Object->KernelStack = (ulong)frame;
        previous.Object->State = previous.WakeTick > SharedUserData.Ticks ? ThreadObject.StateWaiting : ThreadObject.StateReady;
        s_current = Next();
        KernelThread next = s_threads[s_current];
        next.Object->State = ThreadObject.StateRunning;
        NtKernel.Processor0->Block.CurrentThread = next.Object;
        return next.Frame;
    }

    /// <summary>The next thread after the current one that may run; thread 0 only when there is no other.</summary>
    private static int Next()
    {
        int candidate = s_current;
        for (int i = 0; i < s_count; i++)
        {
            candidate = candidate + 1 == s_count ? 0 : candidate + 1;
            if (candidate != 0 && s_threads[candidate].WakeTick <= SharedUserData.Ticks) return candidate;
        }

        return 0;
    }
}
