using System.Text.Json;
using NetKd.Cli.Commands;

namespace NetKd.Cli.Tests;

/// <summary><c>netkd kdnet</c> as users run it.</summary>
public sealed class KdnetProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netkd-kdnet-");

    private string Store => Path.Combine(_folder.FullName, "BCD");

    [Fact]
    public async Task A_store_is_set_up_from_a_list_of_adapters()
    {
        await MakeStoreAsync();
        string key = Path.Combine(_folder.FullName, "target.key");
        await File.WriteAllTextAsync(key, "1x.2y.3z.4w\n", TestContext.Current.CancellationToken);
        NetKdProcess run = await KdnetAsync("192.168.2.1", "50007", "--offline", Store, "--nics", Lspci(), "--key", "@" + key);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("Enabling network debugging on Intel Corporation I217-LM at busparams=0.25.0.\nKey=1x.2y.3z.4w\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("To debug this machine, run the following command on your debugger host machine.\nnetkd kd -k net:port=50007,key=1x.2y.3z.4w\n", run.Output, StringComparison.Ordinal);
        NetKdProcess shown = await NetKdProcess.RunAsync("", null, "bcdedit", "/store", Store, "/dbgsettings");
        string settings = shown.Output;
        Assert.All(
            ["busparams               0.25.0", "key                     1x.2y.3z.4w", "debugtype               NET", "hostip                  192.168.2.1", "port                    50007", "dhcp                    Yes"],
            line => Assert.Contains(line, settings, StringComparison.Ordinal));
        NetKdProcess loader = await NetKdProcess.RunAsync("", null, "bcdedit", "/store", Store, "/enum", "{default}");
        Assert.Contains("debug                   Yes", loader.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Store + ".bak"));
    }

    [Fact]
    public async Task The_documented_options_work_and_programs_get_json()
    {
        await MakeStoreAsync();
        NetKdProcess run = await KdnetAsync("192.168.2.1", "-bkwh", "/busparams", "0.25.0", "--offline", Store, "--nics", Lspci(), "--json");
        Assert.Equal(0, run.ExitCode);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement root = json.RootElement;
        Assert.True(root.GetProperty("written").GetBoolean());
        Assert.Equal("0.25.0", root.GetProperty("recommended").GetString());
        Assert.Equal((50000, 50001), (root.GetProperty("kernel").GetProperty("port").GetInt32(), root.GetProperty("hypervisor").GetProperty("port").GetInt32()));
        Assert.Equal(8, root.GetProperty("commands").GetArrayLength());
    }

    [Fact]
    public async Task Adapters_are_listed_with_reasons()
    {
        NetKdProcess run = await KdnetAsync("--nics", Lspci());
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Network debugging is supported on the following NICs:\nbusparams=0.25.0, Intel Corporation I217-LM. (recommended)\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("busparams=3.0.0, Intel Wireless 7260. (wireless; KDNET needs a cable)\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_adapter_nothing_is_written()
    {
        await MakeStoreAsync();
        byte[] before = await File.ReadAllBytesAsync(Store, TestContext.Current.CancellationToken);
        string radio = Write("00:14.3 Network controller [0280]: Radio [8086:08b2]\n");
        NetKdProcess run = await KdnetAsync("192.168.2.1", "--offline", Store, "--nics", radio);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Warning (only-wireless-or-usb): ", run.Error, StringComparison.Ordinal);
        Assert.Contains("Network debugging is not supported on any of the NICs in this machine.", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Store, TestContext.Current.CancellationToken));
        Assert.Equal(0, (await KdnetAsync("192.168.2.1", "--offline", Store, "--nics", radio, "--busparams", "auto")).ExitCode);
    }

    [Fact]
    public async Task This_machine_can_be_listed()
    {
        NetKdProcess run = await KdnetAsync();
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("Network adapters of this machine:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_store_the_commands_for_the_target_are_printed()
    {
        NetKdProcess run = await KdnetAsync("192.168.2.1", "--nics", Lspci());
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\nbcdedit /dbgsettings net hostip:192.168.2.1 port:50000\nbcdedit /set \"{dbgsettings}\" busparams 0.25.0\nbcdedit /debug on\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.168.2.1 80", "PORT is 49152 to 65535")]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("192.168.2.1 --busparams 0:19.0", "--busparams: ")]
    [InlineData("192.168.2.1 --key 1.2.3.4", "--key is for --offline only")]
    [InlineData("192.168.2.1 --key 1.2.3.leakedsecret! --offline BCD", "--key: ")]
    [InlineData("192.168.2.1 --key 1.2.3.4 --newkey --offline BCD", "exclude each other")]
    [InlineData("--offline BCD", "HOST is missing")]
    [InlineData("--nics missing", "--nics: ")]
    public async Task Wrong_usage_is_one_line(string arguments, string message)
    {
        NetKdProcess run = await KdnetAsync(arguments.Contains("--nics", StringComparison.Ordinal) ? arguments.Split(' ') : [.. arguments.Split(' '), "--nics", Lspci()]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("leakedsecret", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_in_one_word_are_taken_apart()
    {
        Assert.Equal(["kdnet", "10.0.0.1", "--bootmgr", "--kernel", "--hypervisor", "--busparams", "0.25.0"], KdnetArguments.Normalize(["kdnet", "10.0.0.1", "-bkh", "/BusParams", "0.25.0"]));
        Assert.Equal(["kdnet", "-?", "--help", "/boot/BCD", "-x"], KdnetArguments.Normalize(["kdnet", "-?", "--help", "/boot/BCD", "-x"]));
        Assert.Equal(["kd", "-b"], KdnetArguments.Normalize(["kd", "-b"]));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Task<NetKdProcess> KdnetAsync(params string[] arguments) => NetKdProcess.RunAsync("", null, ["kdnet", .. arguments]);

    private async Task MakeStoreAsync() => Assert.Equal(0, (await NetKdProcess.RunAsync("", null, "bcdedit", "/createstore", Store, "/template", "Target")).ExitCode);

    private string Lspci() => Write("""
        0000:00:00.0 Host bridge [0600]: Intel Corporation Host [8086:0c04] (rev 06)
        0000:00:19.0 Ethernet controller [0200]: Intel Corporation I217-LM [8086:153a] (rev 04)
        0000:03:00.0 Network controller [0280]: Intel Wireless 7260 [8086:08b2] (rev 73)
        """);

    private string Write(string text)
    {
        string path = Path.Combine(_folder.FullName, "nics.txt");
        File.WriteAllText(path, text);
        return path;
    }
}
