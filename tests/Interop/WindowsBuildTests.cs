using System.Diagnostics;
using System.Net;
using NetKd.Protocol.Net;
using NetKd.Target.Hosting;

namespace NetKd.Interop;

/// <summary>Our own tool as Windows runs it: published for win-x64, started under Wine, debugging the simulated target.</summary>
public sealed class WindowsBuildTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);
    // A first publication fetches Windows' runtime.
    private static readonly TimeSpan s_publishLimit = TimeSpan.FromSeconds(300);
    private static readonly Lazy<Task<string>> s_tool = new(PublishAsync);

    [Fact]
    public async Task The_windows_build_attaches_runs_commands_and_leaves()
    {
        string home = await DbgEngHost.HomeAsync();
        string tool = await s_tool.Value;
        int port = FreePort.Udp();
        KeyText.TryParse("1.2.3.4", out KdNetKey key, out _);
        using SimulatedTarget target = new(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port, Key = key, DebuggerWait = TimeSpan.FromSeconds(120) });
        target.Start();

        (int code, string output) = await RunAsync(home, "wine", tool, "kd", "-b", "--wait", "90", "-k", $"net:port={port},key=1.2.3.4", "-c", "r;lm;bp nt!SimAddToCounter;g;k;bc *;qd");

        Assert.Null(target.Failure);
        Assert.True(code == 0, $"exit code {code}:\n{output}");
        Assert.Contains("nt!DbgBreakPointWithStatus", output, StringComparison.Ordinal);
        Assert.Contains("hal", output, StringComparison.Ordinal);
        Assert.Contains("Breakpoint 0 hit", output, StringComparison.Ordinal);
        Assert.Contains("nt!SimComputePrimes", output, StringComparison.Ordinal);
        long ticks = target.Ticks;
        Assert.True(SpinWait.SpinUntil(() => target.Ticks > ticks + 2, TimeSpan.FromSeconds(10)), "the target does not run on");
        Assert.Equal(0, target.BreakpointCount);
    }

    [Fact]
    public async Task The_windows_build_says_why_its_own_kernel_cannot_be_looked_into()
    {
        string home = await DbgEngHost.HomeAsync();
        (int code, string output) = await RunAsync(home, "wine", await s_tool.Value, "kd", "-kl", "-c", "lm");
        Assert.Equal(4, code);
        Assert.Contains("Local kernel debugging is disabled by default. You must run \"bcdedit -debug on\" and reboot to enable it.", output, StringComparison.Ordinal);
    }

    private static async Task<string> PublishAsync()
    {
        string folder = Path.Combine(Repository.Root, "artifacts", "win-x64");
        (int code, string output) = await RunAsync(
            s_publishLimit, null, "dotnet", ["publish", Path.Combine(Repository.Root, "src", "NetKd.Cli"), "-c", "Release", "-r", "win-x64", "--self-contained", "-o", folder,
            // Intermediate files of its own, so that it disturbs no build that goes on beside the tests.
            "--artifacts-path", Path.Combine(Repository.Root, "artifacts", "windows"), "-v", "quiet"]);
        Assert.True(code == 0, output);
        return Path.Combine(folder, "netkd.exe");
    }

    private static Task<(int Code, string Output)> RunAsync(string? wineHome, string file, params string[] arguments) => RunAsync(s_limit, wineHome, file, arguments);

    private static async Task<(int Code, string Output)> RunAsync(TimeSpan limit, string? wineHome, string file, string[] arguments)
    {
        ProcessStartInfo start = new(file) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        if (wineHome is not null)
        {
            start.Environment["WINEPREFIX"] = Environment.GetEnvironmentVariable("WINEPREFIX") ?? Path.Combine(wineHome, "prefix");
            start.Environment["WINEDEBUG"] = "-all";
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource timer = new(limit);
        try
        {
            await process.WaitForExitAsync(timer.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        string all = await output + await errors;
        return (process.HasExited ? process.ExitCode : -1, all);
    }
}
