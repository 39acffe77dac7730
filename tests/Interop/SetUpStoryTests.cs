namespace NetKd.Interop;

/// <summary>The documented way from a boot store to a prompt, and each documented turn of it, by the commands that a user types.</summary>
public sealed class SetUpStoryTests
{
    private const int Connected = 0;
    private const int NoTarget = 3;

    private static readonly TimeSpan s_boot = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task The_printed_key_connects_and_after_a_new_key_only_the_new_one()
    {
        int port = FreePort.Udp(), second = FreePort.Udp();
        using StoryStore store = await StoryStore.CreateAsync($"/dbgsettings net hostip:10.0.2.2 port:{port}");
        string first = store.Key;
        await using (await BootAsync(store, port)) await ConnectsAsync(port, first);

        await store.EditAsync($"/dbgsettings net hostip:10.0.2.2 port:{second} newkey");
        Assert.NotEqual(first, store.Key);
        await using QemuTarget target = await BootAsync(store, second);
        await target.WaitForConsoleAsync("targetos: running", s_boot);
        (int exitCode, string output) = await KdAsync($"net:port={second},key={first}", wait: 8);
        Assert.Equal(NoTarget, exitCode);
        Assert.Contains("key", output[output.LastIndexOf("netkd:", StringComparison.Ordinal)..], StringComparison.Ordinal);
        await ConnectsAsync(second, store.Key);
        Assert.DoesNotContain(store.Key, target.Console, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_IPv6_an_IPv4_debugger_sees_nothing_and_the_right_one_connects()
    {
        int port = FreePort.Udp();
        using StoryStore store = await StoryStore.CreateAsync($"/dbgsettings net hostipv6:fec0::2 port:{port}");
        await using QemuTarget target = await BootAsync(store, port);
        await target.WaitForConsoleAsync("by router advertisement", s_boot);
        (int exitCode, _) = await KdAsync($"net:port={port},key={store.Key},target=0.0.0.0", wait: 5);
        Assert.Equal(NoTarget, exitCode);
        await ConnectsAsync(port, store.Key);
    }

    [Fact]
    public async Task Bus_parameters_choose_among_two_adapters()
    {
        int port = FreePort.Udp();
        string[] adapters = ["--nic", "vmxnet3,addr=0x10", "--", "-netdev", "user,id=other,restrict=on", "-device", "e1000,netdev=other,addr=0x8,romfile="];
        using StoryStore store = await StoryStore.CreateAsync($"/dbgsettings net hostip:10.0.2.2 port:{port}", "/set {dbgsettings} busparams 0.16.0");
        await using (QemuTarget target = await BootAsync(store, port, adapters))
        {
            await ConnectsAsync(port, store.Key);
            Assert.Contains("adapter 15ad:07b0 at busparams 0.16.0", target.Console, StringComparison.Ordinal);
        }

        await store.EditAsync("/deletevalue {dbgsettings} busparams");
        await using (QemuTarget target = await BootAsync(store, port, adapters))
            await target.WaitForConsoleAsync("adapter 8086:100e at busparams 0.8.0", s_boot);

        await store.EditAsync("/set {dbgsettings} busparams 0.9.0");
        await using (QemuTarget target = await BootAsync(store, port, adapters))
        {
            await target.WaitForConsoleAsync("targetos: running", s_boot);
            Assert.Contains("no debugger: busparams leads to no device", target.Console, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_a_port_it_is_5364()
    {
        int port = FreePort.Udp();
        using StoryStore store = await StoryStore.CreateAsync($"/dbgsettings net hostip:10.0.2.2 port:{port}", "/deletevalue {dbgsettings} port");
        await using QemuTarget target = await BootAsync(store, port);
        await ConnectsAsync(5364, store.Key);
    }

    [Fact]
    public async Task Without_hostip_the_debugger_goes_to_the_target()
    {
        int port = FreePort.Udp();
        using StoryStore store = await StoryStore.CreateAsync($"/dbgsettings net hostip:10.0.2.2 port:{port}", "/deletevalue {dbgsettings} hostip");
        await using QemuTarget target = await BootAsync(store, port, "--network", $"user,hostfwd=udp:127.0.0.1:{port}-:{port}");
        (int exitCode, string output) = await KdAsync($"net:port={port},key={store.Key},target=127.0.0.1", wait: 60);
        Assert.True(exitCode == Connected, output + target.Console);
    }

    [Fact]
    public async Task Without_DHCP_it_gives_itself_an_address_and_connects()
    {
        int port = FreePort.Udp();
        using StoryStore store = await StoryStore.CreateAsync($"/dbgsettings net hostip:10.0.2.2 port:{port} nodhcp");
        await using QemuTarget target = await BootAsync(store, port);
        await ConnectsAsync(port, store.Key);
        Assert.Contains("targetos: address 169.254.", target.Console, StringComparison.Ordinal);
        Assert.DoesNotContain("by DHCP", target.Console, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_DHCP_server_answers_it_gives_itself_an_address_and_connects()
    {
        int port = FreePort.Udp();
        using SilentNetwork network = new(port);
        using StoryStore store = await StoryStore.CreateAsync($"/dbgsettings net hostip:{SilentNetwork.Host} port:{port}");
        await using QemuTarget target = await BootAsync(store, port, "--network", network.QemuNetwork);
        await ConnectsAsync(port, store.Key);
        Assert.Contains("targetos: address 169.254.", target.Console, StringComparison.Ordinal);
        Assert.True(network.DhcpRequests > 0, "it did not look for a DHCP server");
    }

    [Fact]
    public async Task Over_IPv4_an_IPv6_debugger_sees_nothing_and_says_so()
    {
        int port = FreePort.Udp();
        using StoryStore store = await StoryStore.CreateAsync($"/dbgsettings net hostip:10.0.2.2 port:{port}");
        await using QemuTarget target = await BootAsync(store, port);
        await target.WaitForConsoleAsync("targetos: running", s_boot);
        (int exitCode, string output) = await KdAsync($"net:port={port},key={store.Key},target=::", wait: 5);
        Assert.Equal(NoTarget, exitCode);
        Assert.Contains("IPv4 is not listened to", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_serial_line_it_connects()
    {
        int port = FreePort.Udp();
        string path = Path.Combine(Path.GetTempPath(), $"netkd-story-{Environment.ProcessId}-{port}.sock");
        using StoryStore store = await StoryStore.CreateAsync("/dbgsettings serial debugport:1 baudrate:115200");
        await using QemuTarget target = await BootAsync(store, port, "--com", $"unix:{path}");
        (int exitCode, string output) = await KdAsync($"com:pipe,port={path},resets=0,reconnect", wait: 60);
        Assert.True(exitCode == Connected, output + target.Console);
        Assert.Contains("targetos: debugger on COM1 at 115200 baud", target.Console, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_debug_off_it_boots_and_never_talks()
    {
        int port = FreePort.Udp();
        using StoryStore store = await StoryStore.CreateAsync($"/dbgsettings net hostip:10.0.2.2 port:{port}", "/debug off");
        await using QemuTarget target = await BootAsync(store, port);
        await target.WaitForConsoleAsync("targetos: running", s_boot);
        Assert.Contains("no debugger: debug is off in the BCD store", target.Console, StringComparison.Ordinal);
        Assert.DoesNotContain("adapter", target.Console, StringComparison.Ordinal);
        Assert.Equal(NoTarget, (await KdAsync($"net:port={port},key={store.Key}", wait: 4)).ExitCode);
    }

    private static Task<QemuTarget> BootAsync(StoryStore store, int port, params string[] arguments) =>
        QemuTarget.StartAsync(port, "", ["--store", store.Path, .. arguments]);

    private static async Task ConnectsAsync(int port, string key)
    {
        (int exitCode, string output) = await KdAsync($"net:port={port},key={key}", wait: 60);
        Assert.True(exitCode == Connected, output);
        Assert.Contains("Break instruction exception", output, StringComparison.Ordinal);
    }

    /// <summary>Breaks in, looks at the registers and leaves the target running.</summary>
    private static Task<(int ExitCode, string Output)> KdAsync(string connection, int wait) =>
        CommandLine.RunAsync("kd", "-k", connection, "-b", "-c", "r;qd", "--wait", $"{wait}");
}
