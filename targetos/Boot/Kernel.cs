using System.Runtime;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Debugger;
using NetKd.TargetOs.Devices;
using NetKd.TargetOs.Memory;
using NetKd.TargetOs.Net;
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
        StaticState.Initialize();
        GlobalDescriptors.Load();
        InterruptTable.Load();
        ref readonly BootInformation boot = ref BootInformation.Current;
        if (boot.Settings is { IsSerial: true, DebugPort: 1 }) Log.MoveToSecondPort();
        Log.Begin("kernel at "u8);
        Log.Address(PageTables.ImageBase);
        Log.End();

        LocalApic.Initialize();
        PhysicalMemory.AddDevice(LocalApic.Physical, Arena.PageSize);
        uint countsPerTick = Clock.Calibrate();
        NtKernel.Initialize(in boot);
        SharedUserData.Initialize(boot.Memory.TotalPages);
        Scheduler.AdoptIdle();

        if (boot.Settings.IsSerial) KernelDebugger.StartSerial(in boot.Settings);
        else StartNetwork(in boot);
        Scheduler.Start(&Workers.CountPrimesForever, 20);
        Scheduler.Start(&Workers.FibonacciForever, 12);
        Scheduler.Start(&Workers.WriteJournalForever, 3);
        Scheduler.Start(&Workers.ReportForever, 5);
        LocalApic.StartTimer(countsPerTick);
        Log.Line("running"u8);
        if (boot.Settings.InitialBreak) KernelDebugger.BreakIn(BreakStatus.ControlC);
        Idle();
    }

    /// <summary>What the idle thread does for ever; its own function, so that stacks say so.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Idle()
    {
        while (true) Processor.WaitForInterrupt();
    }

    private static void StartNetwork(in BootInformation boot)
    {
        if (!PciBus.FindAdapter(out PciFunction function))
        {
            Log.Line("no network adapter that there is a driver for"u8);
            return;
        }

        IntelAdapter adapter = new(function);
        PhysicalMemory.AddDevice(adapter.RegistersPhysical, IntelAdapter.RegisterSpace);
        Log.Begin("adapter "u8);
        Log.Hex(function.Identity & 0xFFFF, 4);
        Log.Write(":"u8);
        Log.Hex(function.Identity >> 16, 4);
        Log.Write(" at "u8);
        Log.Hex(function.Bus, 2);
        Log.Write(":"u8);
        Log.Hex(function.Device, 2);
        Log.Write("."u8);
        Log.Hex(function.Function, 1);
        Log.Write(" address "u8);
        Log.Hardware(adapter.HardwareAddress);
        Log.End();
        NetworkInterface network = new(adapter);
        KernelDebugger.Start(in boot, network, new DhcpClient(network));
    }
}
