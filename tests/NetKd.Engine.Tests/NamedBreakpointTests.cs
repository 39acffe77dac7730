using NetKd.Engine.Breakpoints;
using NetKd.Engine.Events;

namespace NetKd.Engine.Tests;

/// <summary>Breakpoints by name on a target whose modules come and go.</summary>
public class NamedBreakpointTests
{
    private static CodeLocation Location(string text)
    {
        Assert.True(CodeLocation.TryParse(text, out CodeLocation? location));
        return location;
    }

    [Theory]
    [InlineData("nt!Start", "nt", "Start", 0ul, null)]
    [InlineData("nt!Start+0x10", "nt", "Start", 0x10ul, null)]
    [InlineData("nt!Start+10", "nt", "Start", 0x10ul, null)]
    [InlineData("@!\"nt!operator+<int>\"", "nt", "operator+<int>", 0ul, null)]
    [InlineData("app!Space::Outer::Inner", "app", "Space::Outer::Inner", 0ul, null)]
    [InlineData("`main.c:12`", null, "main.c", 0ul, 12u)]
    [InlineData("`app!src/net/udp.c:0x12`", "app", "src/net/udp.c", 0ul, 0x12u)]
    [InlineData("`c:\\src\\main.c:12`", null, "c:\\src\\main.c", 0ul, 12u)]
    [InlineData("Start", null, "Start", 0ul, null)]
    public void A_place_by_name_is_read(string text, string? module, string name, ulong displacement, uint? line)
    {
        CodeLocation location = Location(text);
        Assert.Equal((module, name, displacement, line), (location.Module, location.Name, location.Displacement, location.Line));
    }

    [Theory]
    [InlineData("12345678")]
    [InlineData("@rip")]
    [InlineData("@$ip+4")]
    [InlineData("(nt!Start)")]
    [InlineData("poi(nt!Start)")]
    [InlineData("nt!Start+zz")]
    [InlineData("`main.c`")]
    [InlineData("`main.c:0`")]
    [InlineData("`")]
    [InlineData("!")]
    [InlineData("")]
    public void Anything_else_is_no_place_by_name(string text) => Assert.False(CodeLocation.TryParse(text, out _));

    [Fact]
    public async Task It_waits_for_its_module_goes_in_is_hit_and_waits_again()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        DebugClient client = target.Client;
        Assert.Equal(2, client.Modules.All.Count);

        // The module goes, then somebody asks for a function of it.
        target.Target.ReportModuleLater(target.Target.Machine.Hal, unloads: true);
        await BreakAfter(target, () => client.Modules.FindByName("hal") is null);
        CodeLocation location = Location("hal!HalProcessorIdle");
        Assert.Empty(location.Resolve(client));
        Breakpoint breakpoint = client.Breakpoints.AddNamed(location, null);
        Assert.False(breakpoint.IsResolved);
        await BreakAfter(target, () => true);
        Assert.Equal(0, breakpoint.HitCount);

        // It comes: the breakpoint is in before its code runs.
        target.Target.ReportModuleLater(target.Target.Machine.Hal, unloads: false);
        await target.RunAsync(ExecutionStatus.Go);
        Assert.Same(breakpoint, client.LastEvent!.Breakpoint);
        Assert.True(breakpoint.IsResolved);
        Assert.Equal(target.Target.Machine.Hal.Symbols["HalProcessorIdle"], breakpoint.Address);

        // It goes again: nothing of us stays in its memory, and the breakpoint waits.
        target.Target.ReportModuleLater(target.Target.Machine.Hal, unloads: true);
        await BreakAfter(target, () => client.Modules.FindByName("hal") is null);
        Assert.False(breakpoint.IsResolved);
        await BreakAfter(target, () => true);
        Assert.Equal(0, target.Target.BreakpointCount);

        // And it survives.
        target.Target.ReportModuleLater(target.Target.Machine.Hal, unloads: false);
        await target.RunAsync(ExecutionStatus.Go);
        Assert.Same(breakpoint, client.LastEvent!.Breakpoint);
    }

    [Fact]
    public async Task In_a_restarted_target_it_is_hit_again()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        Breakpoint inKernel = target.Client.Breakpoints.AddNamed(Location("nt!SimAddToCounter"), target.Address("nt!SimAddToCounter"));
        Breakpoint inModule = target.Client.Breakpoints.AddNamed(Location("hal!HalMakeBeep"), target.Address("hal!HalMakeBeep"));
        target.Client.Options.InitialBreak = false;
        target.Client.Reboot();
        await target.WaitAsync();
        Assert.Same(inKernel, target.Client.LastEvent!.Breakpoint);
        Assert.True(inModule.IsResolved);
    }

    // Runs, and breaks in once the target has done something; hits of breakpoints are passed by.
    private static async Task BreakAfter(DebuggedTarget target, Func<bool> condition)
    {
        do
        {
            target.Client.SetExecutionStatus(ExecutionStatus.Go);
            Task stopped = target.WaitAsync();
            long ticks = target.Target.Ticks;
            SpinWait.SpinUntil(() => stopped.IsCompleted || target.Target.Ticks > ticks + 2, TimeSpan.FromSeconds(20));
            if (!stopped.IsCompleted) target.Client.SetInterrupt(InterruptKind.Active);
            await stopped;
        }
        while (!condition());
    }
}
