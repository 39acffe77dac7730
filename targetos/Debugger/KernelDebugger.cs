using System.Runtime;
using NetKd.Protocol.Kd;
using NetKd.Target.Server;
using NetKd.TargetOs.Boot;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Devices;
using NetKd.TargetOs.Memory;
using NetKd.TargetOs.Net;
using NetKd.TargetOs.Nt;

namespace NetKd.TargetOs.Debugger;

/// <summary>
/// Where the kernel meets its debugger: at exceptions, at every tick, when it prints. Everything here runs with interrupts masked.
/// A breakpoint on the code that talks to the debugger itself cannot be served and stops the machine.
/// </summary>
internal static unsafe class KernelDebugger
{
    // A machine without handlers has nothing better to do, once halted, than to wait for whoever can look.
    private const long WaitForever = -1;

    // A serial line has no pokes: the machine shows itself by reporting its kernel. Nobody there: the boot goes on.
    private const long AnnouncementMicroseconds = 2_000_000;

    private static readonly TargetMachine s_machine = new TargetMachine();
    private static KdServer? s_server;
    private static UdpPort? s_port;
    private static bool s_inside;
    private static bool s_announced;

    /// <summary>Starts to poke the debugger, or to wait for its pokes when the settings name no host.</summary>
    public static void Start(in BootInformation boot, InternetLayer internet)
    {
        s_port = new UdpPort(internet, boot.Settings.Port);
        KdServerSettings settings = default;
        settings.Key = boot.Settings.Key;
        settings.ProtocolVersion = boot.Settings.Protocol;
        settings.Host = Host(in boot.Settings);
        settings.TargetRandom = BootIdentity.Make(boot.EntryTimeStamp);
        settings.FirstNonce = Processor.ReadTimeStamp();
        settings.HaltWaitMicroseconds = WaitForever;
        s_server = new KdServer(s_machine, s_port, in settings);
    }

    /// <summary>Listens for the debugger on a serial port.</summary>
    public static void StartSerial(in BootSettings settings)
    {
        ushort port = settings.DebugPort == 2 ? SerialPort.Second : SerialPort.First;
        s_server = new KdServer(s_machine, new KdSerialLink(new UartChannel(port, (int)settings.BaudRate)), WaitForever);
        Log.Begin("debugger on COM"u8);
        Log.Decimal(settings.DebugPort);
        Log.Write(" at "u8);
        Log.Decimal(settings.BaudRate);
        Log.Write(" baud"u8);
        Log.End();
    }

    /// <summary>Serves the debugger's line or network, and breaks in when the debugger asked for it.</summary>
    public static void OnTimer(TrapFrame* frame)
    {
        if (s_inside || (s_server == null && s_port == null)) return;
        s_inside = true;
        bool breakIn = false;
        if (s_server != null) breakIn = s_server.PollBreakIn(0);
        else s_port!.Receive(default, 0, out _);
        s_inside = false;
        if (!s_announced && s_server is { } server && (server.IsConnected || s_port == null)) Announce(frame);
        if (breakIn) BreakIn(BreakStatus.ControlC);
    }

    /// <summary>The host to poke; with port 0, nobody, when the settings leave it to the debugger to find the target.</summary>
    private static PeerAddress Host(in BootSettings settings)
    {
        PeerAddress host = default;
        if (settings.HostAddress != 0) return PeerAddress.FromIPv4(settings.HostAddress, settings.Port);
        if (!settings.IsIPv6) return host;
        host.High = settings.HostIPv6High;
        host.Low = settings.HostIPv6Low;
        host.Port = settings.Port;
        return host;
    }

    /// <summary>Offers an exception to the debugger. True when it dealt with it and the frame is to be resumed.</summary>
    public static bool OnException(TrapFrame* frame, in ExceptionRecord record)
    {
        if (s_inside)
        {
            Log.Line("an exception in the debugger's own path"u8);
            return false;
        }

        if (s_server == null) return false;
        s_inside = true;
        s_machine.Halt(frame);
        uint status = s_server.ReportException(in record);
        Resume();

        // Who has served an exception has looked at the machine: news of its one module would only stop it again.
        s_announced = true;
        return NtStatus.IsSuccess(status);
    }

    /// <summary>Stops in the debugger, at the place and with the status that debuggers know. Nothing happens when there is none.</summary>
    public static void BreakIn(uint status)
    {
        if (s_server != null && !s_inside) DbgBreakPointWithStatus(status);
    }

    /// <summary>Shows text at the debugger (DbgPrint).</summary>
    public static void Print(ReadOnlySpan<byte> text)
    {
        ulong flags = Processor.DisableInterrupts();
        if (s_server != null && !s_inside)
        {
            s_inside = true;
            s_server.Print(text);
            s_inside = false;
        }

        Processor.RestoreFlags(flags);
    }

    /// <summary>
    /// Tells the boot's first debugger of the one module there is, as Windows tells of each at its start: debuggers put their breakpoints
    /// into a restarted machine then, or stop there (kd's -d). Then says hello.
    /// </summary>
    private static void Announce(TrapFrame* frame)
    {
        s_announced = true;
        s_inside = true;
        s_machine.Halt(frame);
        LoadSymbolsRecord module = default;
        module.Base = PageTables.ImageBase;
        module.Checksum = PeImage.CheckSum((byte*)PageTables.ImageBase);
        module.SizeOfImage = PeImage.SizeOfImage((byte*)PageTables.ImageBase);
        if (!s_server!.IsConnected) s_server.HaltWaitMicroseconds = AnnouncementMicroseconds;
        s_server.ReportLoadSymbols(in module, NtKernel.ImagePath);
        s_server.HaltWaitMicroseconds = WaitForever;
        Resume();
        Print("targetos: hello, debugger\n"u8);
    }

    /// <summary>Leaves the debugger as it told: the machine goes on, or into a bug check.</summary>
    private static void Resume()
    {
        s_machine.Resume();
        s_inside = false;
        uint bugCheck = s_machine.RequestedBugCheck;
        if (bugCheck == 0) return;
        s_machine.RequestedBugCheck = 0;
        BugCheck.Stop(bugCheck, 0, 0, 0, 0);
    }

    [RuntimeImport("*", "DbgBreakPointWithStatus"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void DbgBreakPointWithStatus(uint status);
}
