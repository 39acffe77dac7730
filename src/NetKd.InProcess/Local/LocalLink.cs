using System.Runtime.InteropServices;
using NetKd.Linux.Local;
using NetKd.Protocol;
using NetKd.Protocol.Kd;
using NetKd.Target.Local;
using NetKd.Target.Server;
using NetKd.Transport;
using NetKd.Transport.Com;

namespace NetKd.InProcess.Local;

/// <summary>The kernel of this machine as a KD target, at the other end of a line in memory.</summary>
public static class LocalLink
{
    /// <summary>Why other kernels cannot be looked into.</summary>
    public const string NotSupported = "only the kernels of x64 machines, of Linux or Windows, can be looked into.";

    private const int PollMicroseconds = 100_000;
    private const string Name = "local kernel";

    /// <summary>True on the systems and machines whose kernels are known.</summary>
    public static bool IsSupported => RuntimeInformation.OSArchitecture == Architecture.X64 && (OperatingSystem.IsLinux() || OperatingSystem.IsWindows());

    /// <summary>Opens the kernel and serves it on a thread of its own until the link is closed.</summary>
    /// <exception cref="LinkOpenException">It cannot be looked into; the message says why and what to do.</exception>
    public static KdLink Open()
    {
        LocalMachine machine = OpenMachine();
        InProcessLine line = new(Name);
        new Thread(() => Serve(machine, line)) { IsBackground = true, Name = Name }.Start();
        return new SerialLink(new ComConnectionOptions(ComMedium.Pipe, Name), () => line.Host);
    }

    private static LocalMachine OpenMachine()
    {
        try
        {
            if (IsSupported && OperatingSystem.IsWindows()) return LocalWindowsMachine.Open();
            if (IsSupported && OperatingSystem.IsLinux()) return LocalLinuxMachine.Open(new RunningKernel());
        }
        catch (IOException e)
        {
            throw new LinkOpenException(LinkOpenFault.Unavailable, e.Message, e);
        }

        throw new LinkOpenException(LinkOpenFault.Unavailable, NotSupported);
    }

    // It says that it has stopped, which is what lets a KD debugger ask; it has not, and there is nothing to go on with.
    private static void Serve(LocalMachine machine, InProcessLine line)
    {
        using (machine)
        {
            KdSerialLink link = new(line.Target);
            KdServer server = new(machine, link, haltWaitMicroseconds: -1);
            while (!link.IsClosed)
            {
                if (!server.PollBreakIn(PollMicroseconds) && !server.IsConnected) continue;
                ExceptionRecord stop = default;
                stop.Code = NtStatus.Breakpoint;
                stop.FirstChance = true;
                server.ReportException(stop);
            }
        }
    }
}
