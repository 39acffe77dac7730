using NetKd.Commands;
using NetKd.Engine;
using NetKd.Interop;
using NetKd.Protocol.Kd;
using NetKd.Target.Hosting;
using NetKd.Target.Server;
using NetKd.Testing;

namespace NetKd.Benchmarks;

/// <summary>Requests that the target counts from its first poke to the debugger's first prompt.</summary>
internal static class AttachCost
{
    public static async Task RunAsync()
    {
        Console.WriteLine("| from the first poke to the first prompt | requests | of them RestoreBreakPoint |");
        Console.WriteLine("| --- | --- | --- |");
        RequestCounts ours = await OursAsync();
        Print("NetKd", ours);
        RequestCounts theirs = await TheirsAsync();
        Print("Microsoft's engine", theirs);
    }

    private static void Print(string who, RequestCounts counts) =>
        Console.WriteLine($"| {who} | {counts.Total} | {counts.Of(ManipulateApi.DbgKdRestoreBreakPointApi)} |");

    private static async Task<RequestCounts> OursAsync()
    {
        int port = FreePort.Udp();
        using DebugClient client = new(new DebugClientOptions { InitialBreak = true });
        client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key={SimulatedPeer.Key}");
        using SimulatedTarget target = new(SimulatedPeer.Options(port));
        target.Start();
        using CommandInterpreter interpreter = new(client, new QuietOutput());
        await interpreter.WaitForTargetAsync();
        return target.Requests;
    }

    private static async Task<RequestCounts> TheirsAsync()
    {
        int port = FreePort.Udp();
        using SimulatedTarget target = new(SimulatedPeer.Options(port));
        target.Start();
        await DbgEngHost.RunAsync($"net:port={port},key={SimulatedPeer.Key}", TimeSpan.FromMinutes(2), "@initial-break", "@wait");
        return target.Requests;
    }
}
