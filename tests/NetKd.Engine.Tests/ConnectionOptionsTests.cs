using System.Net;
using NetKd.Target.Hosting;

namespace NetKd.Engine.Tests;

/// <summary>GetKernelConnectionOptions, SetKernelConnectionOptions and IsKernelDebuggerEnabled, with the documented results.</summary>
public class ConnectionOptionsTests
{
    private const string KeyString = "1.2.3.4";

    [Fact]
    public void Without_a_connection_they_are_unexpected()
    {
        using DebugClient client = new();
        Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(() => client.GetKernelConnectionOptions()).HResult);
        Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(() => client.GetKernelConnectionOptions(new char[8], out _)).HResult);
        Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(() => client.SetKernelConnectionOptions("resync")).HResult);
    }

    [Fact]
    public void The_text_is_the_one_given_and_a_short_buffer_gets_its_beginning()
    {
        string text = $"net:port={FreePort.Udp()},key={KeyString}";
        using Session session = new(text);
        Assert.Equal(text, session.Client.GetKernelConnectionOptions());
        Assert.True(session.Client.GetKernelConnectionOptions([], out int size));
        Assert.Equal(text.Length + 1, size);
        char[] buffer = new char[size];
        Assert.True(session.Client.GetKernelConnectionOptions(buffer, out _));
        Assert.Equal(text + "\0", new string(buffer));
        char[] small = new char[8];
        Assert.False(session.Client.GetKernelConnectionOptions(small, out size));
        Assert.Equal(text.Length + 1, size);
        Assert.Equal(text[..7] + "\0", new string(small));
        session.Client.EndSession(EndSessionKind.Passive);
        Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(() => session.Client.GetKernelConnectionOptions()).HResult);
    }

    [Theory]
    [InlineData("xyz")]
    [InlineData("")]
    public void Another_option_is_no_interface(string option)
    {
        using Session session = new($"net:port={FreePort.Udp()},key={KeyString}");
        session.Client.SetKernelConnectionOptions("cycle_speed");
        Assert.Equal(DebugException.NoInterface, Assert.Throws<DebugException>(() => session.Client.SetKernelConnectionOptions(option)).HResult);
    }

    [Fact]
    public async Task Resynchronising_during_a_wait_loses_nothing()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        target.Client.SetExecutionStatus(ExecutionStatus.Go);
        Task stop = target.WaitAsync();
        long before = target.Client.LinkStatistics!.Resynchronizations;
        target.Client.SetKernelConnectionOptions("resync");
        Assert.True(SpinWait.SpinUntil(() => target.Client.LinkStatistics.Resynchronizations > before, TimeSpan.FromSeconds(10)));
        target.Client.SetInterrupt(InterruptKind.Active);
        await stop;
        Assert.True(target.Client.Virtual.TryReadInteger(target.Client.Target.KernelBase, 2, out _));
    }

    [Fact]
    public async Task Ending_the_session_ends_a_wait_that_is_under_way()
    {
        Session session = new($"net:port={FreePort.Udp()},key={KeyString}");
        Task wait = session.Client.WaitForEventAsync();
        await Task.Delay(600);
        session.Dispose();
        DebugException ended = await Assert.ThrowsAsync<DebugException>(() => wait.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(DebugException.Unexpected, ended.HResult);
        // The thread that waits for idle sessions lives on for the others.
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        target.Client.SetExecutionStatus(ExecutionStatus.Go);
        Task stop = target.WaitAsync();
        await Task.Delay(600);
        target.Client.SetInterrupt(InterruptKind.Active);
        await stop;
    }

    [Fact]
    public void A_kernel_of_this_machine_that_cannot_be_attached_to_has_a_reason_and_is_refused_with_it()
    {
        bool enabled = DebugClient.IsKernelDebuggerEnabled(out string reason);
        Assert.Equal(enabled, DebugClient.IsKernelDebuggerEnabled());
        Assert.Equal(enabled, reason.Length == 0);
        using DebugClient client = new();
        if (enabled)
        {
            client.AttachKernel(AttachKernelFlags.LocalKernel, "");
            Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(client.GetKernelConnectionOptions).HResult);
            Assert.Equal(DebugException.Unexpected, Assert.Throws<DebugException>(() => client.SetKernelConnectionOptions("resync")).HResult);
            return;
        }

        DebugException refusal = Assert.Throws<DebugException>(() => client.AttachKernel(AttachKernelFlags.LocalKernel, ""));
        Assert.Equal((DebugException.NotImplemented, reason), (refusal.HResult, refusal.Message));
        Assert.StartsWith("The system does not support local kernel debugging.", reason, StringComparison.Ordinal);
    }
}
