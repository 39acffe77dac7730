namespace NetKd.Commands.Tests;

/// <summary>Commands that end a connection, a boot or the machine's run, on a target of their own.</summary>
public sealed class RestartTests(CommandSessionFixture session) : IClassFixture<CommandSessionFixture>
{
    [Fact]
    public async Task Connection_boot_and_crash_each_end_at_a_prompt()
    {
        Assert.Contains("Kernel Debugger connection established.", await session.RunAsync(".restart"), StringComparison.Ordinal);
        Assert.Contains("The target restarts. Waiting to reconnect...", await session.RunAsync(".reboot"), StringComparison.Ordinal);
        Assert.Matches("^rip=fffff803122[0-9a-f]{5}$", await session.RunAsync("r rip"));
        await session.RunAsync(".crash");
        Assert.StartsWith("Bugcheck code 000000E2", await session.RunAsync(".bugcheck"), StringComparison.Ordinal);
        Assert.Contains("nt!KeBugCheckEx", await session.RunAsync("k"), StringComparison.Ordinal);
    }
}
