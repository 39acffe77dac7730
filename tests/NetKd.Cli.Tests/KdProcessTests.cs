using System.Text.Json;

namespace NetKd.Cli.Tests;

public sealed class KdProcessTests
{
    private static Task<NetKdProcess> DebugAsync(SimulatedMachine machine, string input, params string[] more) =>
        NetKdProcess.RunAsync(input, null, ["kd", "-k", $"net:port={machine.Port},key={SimulatedMachine.Key}", "-b", "--wait", "60", .. more]);

    [Fact]
    public async Task At_the_end_of_its_input_the_target_runs_on_without_breakpoints()
    {
        using SimulatedMachine machine = new();
        NetKdProcess run = await DebugAsync(machine, "bp nt!SimAddToCounter\ng\n? 1+1\n");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("kd> ? 1+1\nEvaluate expression: 2 = 00000000`00000002\n", run.Output, StringComparison.Ordinal);
        Assert.True(await machine.RunsAsync());
        Assert.Equal(0, machine.Target.BreakpointCount);
    }

    [Fact]
    public async Task A_last_g_does_not_wait_for_ever()
    {
        using SimulatedMachine machine = new();
        NetKdProcess run = await DebugAsync(machine, "g\n");
        Assert.Equal(0, run.ExitCode);
        Assert.True(await machine.RunsAsync());
    }

    [Fact]
    public async Task Qd_lets_the_target_run_and_q_leaves_it_stopped()
    {
        using SimulatedMachine machine = new();
        NetKdProcess detached = await DebugAsync(machine, "qd\n");
        Assert.Equal(0, detached.ExitCode);
        Assert.True(await machine.RunsAsync());
        NetKdProcess quit = await DebugAsync(machine, "q\n");
        Assert.Equal(0, quit.ExitCode);
        Assert.Contains("the target stays stopped", quit.Output, StringComparison.Ordinal);
        long ticks = machine.Target.Ticks;
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Equal(ticks, machine.Target.Ticks);
    }

    [Theory]
    [InlineData("? 1+1;qd", 0)]
    [InlineData("nosuch!x", 1)]
    public async Task A_failed_command_of_the_command_line_shows_in_the_exit_code(string commands, int exitCode)
    {
        using SimulatedMachine machine = new();
        NetKdProcess run = await DebugAsync(machine, "", "-c", commands);
        Assert.Equal(exitCode, run.ExitCode);
    }

    [Fact]
    public async Task Commands_of_the_command_line_wait_for_a_stop()
    {
        using SimulatedMachine machine = new();
        NetKdProcess run = await DebugAsync(machine, "", "-c", "bp nt!SimAddToCounter;g;k 1;qd");
        Assert.Contains("Breakpoint 0 hit\nnt!SimAddToCounter:\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task The_key_is_never_printed()
    {
        using SimulatedMachine machine = new();
        string log = Path.GetTempFileName();
        NetKdProcess run = await DebugAsync(machine, "version\n.kdtrans\n\u0004\nr\n\u0017\nqd\n", "-v", "-logo", log);
        Assert.Contains("key=*.*.*.*", run.Output, StringComparison.Ordinal);
        foreach (string text in (string[])[run.Output, run.Error, await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken)])
            Assert.DoesNotContain("leakedsecr", text, StringComparison.OrdinalIgnoreCase);
        File.Delete(log);
    }

    [Fact]
    public async Task A_key_can_come_from_a_file_or_the_environment()
    {
        using SimulatedMachine machine = new();
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, SimulatedMachine.Key + "\n", TestContext.Current.CancellationToken);
        NetKdProcess run = await NetKdProcess.RunAsync("qd\n", null, "kd", "-k", $"net:port={machine.Port},key=@{file}", "-b", "--wait", "60");
        Assert.Equal(0, run.ExitCode);
        File.Delete(file);
        NetKdProcess second = await NetKdProcess.RunAsync(
            "qd\n", new Dictionary<string, string> { ["NETKD_KEY"] = SimulatedMachine.Key }, "kd", "-k", "-b", $"net:port={machine.Port}", "--wait", "60");
        Assert.Equal("", second.Error);
        Assert.Equal(0, second.ExitCode);
    }

    [Fact]
    public async Task Json_is_one_object_a_line()
    {
        using SimulatedMachine machine = new();
        NetKdProcess run = await DebugAsync(machine, "? 1+1\nnosuch!x\nqd\n", "--json");
        List<JsonElement> objects = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Contains(objects, o => o.GetProperty("type").GetString() == "event" && o.GetProperty("kind").GetString() == "Exception");
        JsonElement sum = Assert.Single(objects, o => o.TryGetProperty("command", out JsonElement command) && command.GetString() == "? 1+1");
        Assert.Equal("Evaluate expression: 2 = 00000000`00000002\n", sum.GetProperty("output").GetString());
        JsonElement failed = Assert.Single(objects, o => o.TryGetProperty("error", out _));
        Assert.Equal("80040205", failed.GetProperty("hresult").GetString());
    }

    [Fact]
    public async Task Without_a_target_the_wait_ends()
    {
        int port;
        using (SimulatedMachine machine = new()) port = machine.Port;
        NetKdProcess run = await NetKdProcess.RunAsync("", null, "kd", "-k", $"net:port={port},key=1.2.3.4", "--wait", "1");
        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith("netkd: no target connected: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("netkd: one kernel is needed, as in: ", "kd")]
    [InlineData("netkd: net: needs a key", "kd", "-k", "net:port=50000")]
    [InlineData("netkd: part 2 of the key is empty", "kd", "-k", "net:port=50000,key=secret..3.4")]
    [InlineData("netkd: key=@nosuchfile: ", "kd", "-k", "net:port=50000,key=@nosuchfile")]
    [InlineData("netkd: ", "kd", "--nosuch")]
    [InlineData("netkd: ", "nosuch")]
    public async Task Wrong_usage_is_one_line_and_exit_code_2(string message, params string[] arguments)
    {
        NetKdProcess run = await NetKdProcess.RunAsync("", null, arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(message, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
    }
}
