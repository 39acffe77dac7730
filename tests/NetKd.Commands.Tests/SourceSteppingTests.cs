namespace NetKd.Commands.Tests;

/// <summary>Steps by source lines, on a target of their own.</summary>
public sealed class SourceSteppingTests(SourceSessionFixture session) : IClassFixture<SourceSessionFixture>
{
    [Fact]
    public async Task A_step_is_a_line_and_enters_only_functions_with_source()
    {
        await session.RunAsync("bc *;bp nt!SimWorkerLoop;g;bc *;l+t");
        // Over the prologue, then over the assignment: the line with the call.
        Assert.Matches("^nt!SimWorkerLoop\\+0x5 \\[.*work\\.c @ 11\\]:\n>   11: text of line 11;\n[^\n]*mov     ebx,3$", await session.RunAsync("p"));
        Assert.Matches("^nt!SimWorkerLoop\\+0xa \\[.*work\\.c @ 13\\]:\n>   13: text of line 13;\n[^\n]*$", await session.RunAsync("p"));
        // The called function has no source: t steps over it as p does, although functions with source are called within.
        Assert.Matches("^nt!SimWorkerLoop\\+0x14 \\[.*work\\.c @ 14\\]:\n>   14: text of line 14;\n", await session.RunAsync("t"));
        // The loop goes back to line 13; an empty line repeats.
        Assert.Matches("^nt!SimWorkerLoop\\+0xa \\[.*work\\.c @ 13\\]:\n", await session.RunAsync(""));

        // Where there is source, lines are stepped; where there is none, instructions; back in the caller without source it stops.
        await session.RunAsync("bp nt!SimAddToCounter;g;bc *");
        Assert.Matches("^nt!SimAddToCounter\\+0x7 \\[.*@ 21\\]:\n", await session.RunAsync("t"));
        Assert.Matches("^nt!SimAddToCounter\\+0xa \\[.*@ 22\\]:\n", await session.RunAsync("t"));
        Assert.Matches("^nt!SimComputePrimes\\+0x[0-9a-f]+:\n[^\n]*$", await session.RunAsync("t"));
        string next = await session.RunAsync("t");
        Assert.Matches("^nt!SimComputePrimes\\+0x[0-9a-f]+:\n[^\n]*$", next);

        // Other ways to show the same stop.
        await session.RunAsync("bp nt!SimAddToCounter;g;bc *;l+s;l+o");
        Assert.Equal(">   21: text of line 21;", await session.RunAsync("p"));
        await session.RunAsync("l-*;l+l");
        Assert.Matches("^nt!SimAddToCounter\\+0xa \\[.*@ 22\\]:\n[^\n]*$", await session.RunAsync("p"));
        Assert.Matches("^nt!SimAddToCounter\\+0xd:\n", await session.RunAsync(".prompt_allow -src;p;.prompt_allow +src"));
        Assert.Matches(
            "^Child-SP          RetAddr               Call Site\n[^\n]*nt!SimAddToCounter\\+0xd \\[.*work\\.c @ 22\\]\n[^\n]*nt!SimComputePrimes\\+0x[0-9a-f]+\n[^\n]*nt!SimWorkerLoop\\+0x14 \\[.*work\\.c @ 13\\]\n",
            await session.RunAsync("k 3") + "\n");
        Assert.Matches("nt!SimWorkerLoop\\+0x14\n", await session.RunAsync("kL 3") + "\n");
        Assert.Matches("nt!SimComputePrimes\\+0x[0-9a-f]+ \\(unwind data\\)|nt!SimComputePrimes\\+0x[0-9a-f]+ \\(.*\\)", await session.RunAsync("kv 3"));
        Assert.Matches("^  Memory  Child-SP .*\n {10}[0-9a-f`]{17} .*\n +8 [0-9a-f`]{17} ", await session.RunAsync("kf 3"));
        await session.RunAsync("l-*");
    }

    [Fact]
    public async Task Parameters_are_shown_by_name()
    {
        await session.RunAsync("l-*;bc *;bp nt!SimAddToCounter+7;g;bc *;r rcx=5");
        Assert.Matches("\n[^\n]*     nt!SimAddToCounter\\(unsigned int64 amount = 5\\)\\+0x7 \\[.*work\\.c @ 21\\]$", await session.RunAsync("kp 1"));
        Assert.Matches("\n[^\n]*     nt!SimAddToCounter\\(\n\t\t\tunsigned int64 amount = 5\\)\\+0x7$", await session.RunAsync("kPL 1"));
        Assert.Matches("\n[^\n]*     nt!SimComputePrimes\\+0x[0-9a-f]+$", await session.RunAsync("kpL 2"));
    }

    [Fact]
    public async Task A_breakpoint_on_a_line_is_hit_there()
    {
        await session.RunAsync("l-*");
        Assert.Matches("^Breakpoint 0 hit\nnt!SimAddToCounter\\+0x7:\n", await session.RunAsync("bc *;bp `work.c:21`;g;bc *"));
    }

    [Fact]
    public async Task A_step_by_lines_costs_what_its_instructions_cost()
    {
        await session.RunAsync("l-*;bc *;bp nt!SimWorkerLoop;g;bc *;ln @rip");
        long before = session.Client.RequestCount;
        await session.RunAsync("t;t");
        long instructions = session.Client.RequestCount - before;
        await session.RunAsync("bp nt!SimWorkerLoop;g;bc *;l+t");
        before = session.Client.RequestCount;
        // Two instructions make up the first line.
        await session.RunAsync("t");
        Assert.InRange(session.Client.RequestCount - before, 1, instructions + 1);
        await session.RunAsync("l-*");
    }
}
