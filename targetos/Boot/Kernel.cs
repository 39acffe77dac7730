using System.Runtime;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Debugger;
using NetKd.TargetOs.Memory;
using NetKd.TargetOs.Nt;
using NetKd.TargetOs.Threads;

namespace NetKd.TargetOs.Boot;

/// <summary>The kernel's start at its high address, and what its idle thread becomes.</summary>
internal static unsafe class Kernel
{
    [RuntimeExport("KernelMain")]
    public static void Main()
    {
        PageTables.DropLow();
        Heap.Initialize();
        StaticReferences.Allocate();
        GlobalDescriptors.Load();
        InterruptTable.Load();
        Log.Begin("kernel at "u8);
        Log.Address(PageTables.ImageBase);
        Log.End();

        LocalApic.Initialize();
        uint countsPerTick = Clock.Calibrate();
        ref readonly BootInformation boot = ref BootInformation.Current;
        NtKernel.Initialize(in boot);
        SharedUserData.Initialize(boot.Memory.TotalPages);
        Scheduler.AdoptIdle();

        Scheduler.Start(&Workers.CountPrimesForever, 20);
        Scheduler.Start(&Workers.FibonacciForever, 12);
        Scheduler.Start(&Workers.WriteJournalForever, 3);
        LocalApic.StartTimer(countsPerTick);
        Log.Line("running"u8);
        while (true)
        {
            Processor.WaitForInterrupt();
            if (SharedUserData.Ticks == 100) { Log.Decimal(Workers.PrimeRounds); Log.End(); Log.Decimal((ulong)Clock.Microseconds); Log.End(); *(int*)5 = 4;}
        }
    }
}
