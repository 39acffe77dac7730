namespace NetKd.Commands.Tests;

/// <summary>Commands that let the target run, each test with a target of its own.</summary>
public sealed class RunningTests(CommandSessionFixture session) : IClassFixture<CommandSessionFixture>
{
    [Fact]
    public async Task A_breakpoint_is_hit_and_stepped_from()
    {
        Assert.Matches("^Breakpoint 0 hit\nnt!SimAddToCounter:\n.*lea     rax,.*$", await session.RunAsync("bc *;bp nt!SimAddToCounter;g"));
        Assert.Matches("^nt!SimAddToCounter\\+0x7:\n.*add     qword ptr \\[rax\\],rcx ds:002b:.*=[0-9a-f]{16}$", await session.RunAsync("t"));
        Assert.Matches("^nt!SimAddToCounter\\+0xa:\n[^\n]*\nnt!SimAddToCounter\\+0xd:\n[^\n]* ret$", await session.RunAsync("p 2"));
        Assert.Matches("^nt!SimComputePrimes\\+0x[0-9a-f]+:\n.*$", await session.RunAsync(""));
        Assert.Matches("^Last event: Single step exception - code 80000004 \\(first chance\\)\n", await session.RunAsync(".lastevent"));
        await session.RunAsync("bc *");
    }

    [Fact]
    public async Task A_breakpoints_commands_can_go_on()
    {
        Assert.Matches(
            "^hit\nhit\nhit\nnt!SimAddToCounter",
            await session.RunAsync("bc *;r @$t1=0;bp nt!SimAddToCounter \".echo hit;r @$t1=@$t1+1;.if (@$t1<3) {g}\";g;r @$t9=1;ln @rip").ContinueWith(t => t.Result.Replace("Breakpoint 0 hit\n", "", StringComparison.Ordinal), TaskScheduler.Default));
        await session.RunAsync("bc *");
    }

    [Fact]
    public async Task Going_to_an_address_leaves_no_breakpoint()
    {
        Assert.Matches("^nt!SimComputePrimes:\n.*$", await session.RunAsync("bc *;g nt!SimComputePrimes"));
        Assert.Equal("", await session.RunAsync("bl"));
    }

    [Fact]
    public async Task Going_up_returns_to_the_caller()
    {
        await session.RunAsync("bc *;g nt!SimAddToCounter");
        Assert.Matches("^nt!SimComputePrimes\\+0x[0-9a-f]+:\n.*$", await session.RunAsync("gu"));
        Assert.Matches("^nt!SimComputePrimes\\+0x[0-9a-f]+:\n.*call    nt!SimAddToCounter.*$", await session.RunAsync("bc *;pc"));
        Assert.Matches(" ret$", await session.RunAsync("tt"));
    }

    [Fact]
    public async Task A_data_breakpoint_is_hit()
    {
        Assert.Matches("^Breakpoint 0 hit\nnt!SimAddToCounter\\+0xa:\n", await session.RunAsync("bc *;ba w8 nt!SimCounter;g") + "\n");
        await session.RunAsync("bc *");
    }

    [Fact]
    public async Task A_list_fails_at_its_first_failure()
    {
        (CommandResult result, string text) = await session.ExecuteAsync("nosuch!x;.echo not printed");
        Assert.Equal(CommandStatus.Failed, result.Status);
        Assert.Equal(CommandResult.CommandFailed, result.HResult);
        Assert.DoesNotContain("printed", text, StringComparison.Ordinal);
    }
}
