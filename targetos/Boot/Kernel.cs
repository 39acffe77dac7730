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

        BootReport.Settings(in boot.Settings);
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
        ref readonly BootSettings settings = ref boot.Settings;
        if (settings.Fault != DebuggerFault.None) return;
        if (!TryFindAdapter(in settings, out PciFunction function)) return;

        NetworkAdapter adapter = AdapterModels.Start(function);
        PhysicalMemory.AddDevice(adapter.RegistersPhysical, adapter.RegisterSpace);
        BootReport.Adapter(function, adapter);
        InternetLayer internet = settings.IsIPv6 ? new IPv6Layer(adapter) : new IPv4Layer(new NetworkInterface(adapter), !settings.NoDhcp);
        KernelDebugger.Start(in boot, internet);
    }

    private static bool TryFindAdapter(in BootSettings settings, out PciFunction function)
    {
        BusParameters wanted = settings.BusParameters;
        if (!wanted.IsGiven)
        {
            if (PciBus.TryFindAdapter(out function)) return true;
            Log.Line("no debugger: no network adapter that there is a driver for"u8);
            return false;
        }

        function = new PciFunction(wanted.Bus, wanted.Device, wanted.Function);
        if (AdapterModels.Drives(function.Identity)) return true;
        Log.Line(function.Exists
            ? "no debugger: busparams leads to a device that there is no driver for"u8
            : "no debugger: busparams leads to no device"u8);
        return false;
    }
}
