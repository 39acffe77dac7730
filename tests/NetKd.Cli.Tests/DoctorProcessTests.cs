using System.Text.Json;

namespace NetKd.Cli.Tests;

public sealed class DoctorProcessTests
{
    [Fact]
    public async Task Findings_come_as_json_and_the_key_from_the_environment()
    {
        using SimulatedMachine machine = new();
        NetKdProcess run = await NetKdProcess.RunAsync("", new Dictionary<string, string> { ["NETKD_KEY"] = SimulatedMachine.Key }, "doctor", "--port", $"{machine.Port}", "--json", "--wait", "60");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        List<JsonElement> findings = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement poke = Assert.Single(findings, f => f.GetProperty("topic").GetString() == "poke");
        Assert.Equal("ok", poke.GetProperty("severity").GetString());
        Assert.DoesNotContain("leakedsecr", run.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("netkd: --port 0: ", "--port", "0")]
    [InlineData("netkd: --wait -1: ", "--wait", "-1")]
    [InlineData("netkd: --key: ", "--key", "leakedsecr1.leakedsecr2")]
    [InlineData("netkd: --target needs --key", "--target", "192.0.2.1")]
    public async Task Wrong_usage_is_one_line_without_the_key(string start, params string[] arguments)
    {
        NetKdProcess run = await NetKdProcess.RunAsync("", null, ["doctor", .. arguments]);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(start, run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
        Assert.DoesNotContain("leakedsecr", run.Error, StringComparison.Ordinal);
    }
}
