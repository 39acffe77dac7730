using System.Text.Json;

namespace NetKd.Cli.Tests;

/// <summary>A session recorded with <c>kd --capture</c>, read by <c>decode</c>.</summary>
public sealed class DecodeProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netkd-decode");

    private string CaptureFile => Path.Combine(_folder.FullName, "session.pcapng");

    [Fact]
    public async Task A_recorded_session_is_explained()
    {
        await RecordAsync();
        NetKdProcess lines = await DecodeAsync("--key", SimulatedMachine.Key);
        Assert.Equal((0, ""), (lines.ExitCode, lines.Error));
        Assert.Contains("ConnectionCheck host 127.0.0.1", lines.Output, StringComparison.Ordinal);
        Assert.Contains("DbgKdReadMachineSpecificRegister msr 0xc0000082 value fffff80312201150", lines.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" ** ", lines.Output, StringComparison.Ordinal);

        NetKdProcess whole = await DecodeAsync("--key", SimulatedMachine.Key, "--verbose");
        Assert.Contains("call:                3152 DbgKdReadMachineSpecificRegister", whole.Output, StringComparison.Ordinal);
        Assert.Contains("30 30 30 30 02 00", whole.Output, StringComparison.Ordinal);

        NetKdProcess statistics = await DecodeAsync("--key", SimulatedMachine.Key, "--stats");
        Assert.Contains("StateManipulate DbgKdGetVersionApi                           1         1", statistics.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("BreakIn host", statistics.Output, StringComparison.Ordinal);

        NetKdProcess json = await DecodeAsync("--key", SimulatedMachine.Key, "--json");
        JsonElement[] objects = [.. json.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal("Poke", objects[0].GetProperty("content").GetString());
        Assert.Equal("conversation", objects[^1].GetProperty("type").GetString());
        Assert.All(objects[..^1], packet => Assert.Equal(0, packet.GetProperty("faults").GetArrayLength()));

        NetKdProcess[] all = [lines, whole, statistics, json];
        Assert.All(all, run => Assert.DoesNotContain("leakedsecr", run.Output + run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_key_the_roles_are_told_and_with_a_wrong_one_the_failure()
    {
        await RecordAsync();
        NetKdProcess none = await DecodeAsync();
        Assert.Equal((0, ""), (none.ExitCode, none.Error));
        Assert.Matches(@"^T1: target 127\.0\.0\.1:\d+, host 127\.0\.0\.1:\d+, KDNET version 4\n    \d+ pokes?.*, 1 response, data \d+ to the host, \d+ to the target\n$", none.Output);
        NetKdProcess wrong = await DecodeAsync("--key", "1.2.3.4");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("nothing opens with the key given", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_codes_tell_damage_from_wrong_usage()
    {
        await RecordAsync();
        byte[] file = await File.ReadAllBytesAsync(CaptureFile, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(CaptureFile, file[..^7], TestContext.Current.CancellationToken);
        NetKdProcess cut = await DecodeAsync("--key", SimulatedMachine.Key);
        Assert.Equal(1, cut.ExitCode);
        Assert.Contains("ConnectionCheck", cut.Output, StringComparison.Ordinal);
        Assert.Matches("netkd: the capture is damaged at offset [0-9]+: the file ends within a block", cut.Error);

        await File.WriteAllTextAsync(CaptureFile, "not a capture", TestContext.Current.CancellationToken);
        Assert.Equal(1, (await DecodeAsync()).ExitCode);
        Assert.Equal(2, (await DecodeAsync("--key", "1.2.3")).ExitCode);
        Assert.Equal(2, (await NetKdProcess.RunAsync("", null, "decode", CaptureFile + ".missing")).ExitCode);
        Assert.Equal(2, (await NetKdProcess.RunAsync("", null, "decode")).ExitCode);
    }

    [Fact]
    public async Task A_capture_that_cannot_be_written_is_refused_before_the_session()
    {
        NetKdProcess run = await NetKdProcess.RunAsync("", null, "kd", "-k", "net:port=50000,key=1.2.3.4", "--capture", Path.Combine(_folder.FullName, "no", "such"));
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("netkd: --capture: ", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task RecordAsync()
    {
        using SimulatedMachine machine = new();
        NetKdProcess run = await NetKdProcess.RunAsync("rdmsr c0000082\nqd\n", null,
            "kd", "-k", $"net:port={machine.Port},key={SimulatedMachine.Key}", "-b", "--wait", "60", "--capture", CaptureFile);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    private Task<NetKdProcess> DecodeAsync(params string[] options) => NetKdProcess.RunAsync("", null, ["decode", CaptureFile, .. options]);
}
