using NetKd.Cli.Doctor;

namespace NetKd.Cli.Tests;

public sealed class DoctorFirewallTests
{
    private const int Port = 50000;

    private static ToolRunner Prints(string output, int exitCode = 0, string error = "") => (_, _) => new ToolOutput(exitCode, output, error);

    [Theory]
    [InlineData("Status: inactive\n", FirewallVerdict.Inactive)]
    [InlineData("", FirewallVerdict.Unreadable)]
    [InlineData("Status: active\nDefault: deny (incoming), allow (outgoing), disabled (routed)\n", FirewallVerdict.Blocks)]
    [InlineData("Status: active\nDefault: allow (incoming), allow (outgoing), disabled (routed)\n", FirewallVerdict.Allows)]
    [InlineData("Status: active\nDefault: deny (incoming), allow (outgoing)\n\nTo     Action      From\n--     ------      ----\n22/tcp   ALLOW IN    Anywhere\n50000:50039/udp   ALLOW IN    Anywhere\n", FirewallVerdict.Allows)]
    [InlineData("Status: active\nDefault: deny (incoming), allow (outgoing)\n50000/tcp   ALLOW IN    Anywhere\n", FirewallVerdict.Blocks)]
    [InlineData("Status: active\nDefault: allow (incoming), allow (outgoing)\n50000/udp   DENY IN    Anywhere\n", FirewallVerdict.Blocks)]
    [InlineData("Status: active\nDefault: deny (incoming), allow (outgoing)\n50000/udp   ALLOW IN    192.0.2.0/24\n", FirewallVerdict.Unclear)]
    public void Ufw_is_read(string output, object verdict) => Assert.Equal(verdict, UfwReader.Read(Prints(output), Port)!.Verdict);

    [Theory]
    [InlineData("  target: default\n  ports: 22/tcp 50000-50039/udp\n", FirewallVerdict.Allows)]
    [InlineData("  target: default\n  ports: 50000/tcp\n", FirewallVerdict.Blocks)]
    [InlineData("  target: ACCEPT\n  ports: \n", FirewallVerdict.Allows)]
    [InlineData("  target: default\n  ports: \n  rich rules: \n\trule port port=\"50000\" protocol=\"udp\" accept\n", FirewallVerdict.Unclear)]
    public void Firewalld_is_read(string zone, object verdict)
    {
        ToolOutput? Run(string tool, params string[] arguments) => new(0, arguments[0] == "--state" ? "running\n" : "public (active)\n" + zone);
        Assert.Equal(verdict, FirewalldReader.Read(Run, Port)!.Verdict);
    }

    [Fact]
    public void Firewalld_that_does_not_run_or_refuses_is_told()
    {
        Assert.Equal(FirewallVerdict.Inactive, FirewalldReader.Read(Prints("", 252, "not running\n"), Port)!.Verdict);
        Assert.Equal(FirewallVerdict.Unreadable, FirewalldReader.Read(Prints("", 253, "Authorization failed.\n"), Port)!.Verdict);
    }

    [Theory]
    [InlineData("accept", "", FirewallVerdict.Allows)]
    [InlineData("drop", "", FirewallVerdict.Blocks)]
    [InlineData("drop", "udp 50000 accept", FirewallVerdict.Allows)]
    [InlineData("drop", "tcp 50000 accept", FirewallVerdict.Blocks)]
    [InlineData("drop", "udp {\"range\":[50000,50039]} accept", FirewallVerdict.Allows)]
    [InlineData("drop", "udp {\"set\":[53,{\"range\":[49152,65535]}]} accept", FirewallVerdict.Allows)]
    [InlineData("drop", "udp 50001 accept", FirewallVerdict.Blocks)]
    [InlineData("accept", "udp 50000 drop", FirewallVerdict.Blocks)]
    [InlineData("accept", "any any drop", FirewallVerdict.Blocks)]
    public void Nftables_is_read(string policy, string rule, object verdict)
    {
        string[] parts = rule.Split(' ');
        string match = parts[0] is "" or "any" ? "" : $$$"""{"match":{"op":"==","left":{"payload":{"protocol":"{{{parts[0]}}}","field":"dport"}},"right":{{{parts[1]}}}}},""";
        string rules = rule.Length == 0 ? "" : $$$""",{"rule":{"family":"inet","table":"filter","chain":"input","handle":3,"expr":[{{{match}}}{"{{{parts[2]}}}":null}]}}""";
        string text = $$$"""{"nftables":[{"metainfo":{"json_schema_version":1}},{"table":{"family":"inet","name":"filter"}},{"chain":{"family":"inet","table":"filter","name":"input","handle":1,"type":"filter","hook":"input","prio":0,"policy":"{{{policy}}}"}}{{{rules}}}]}""";
        Assert.Equal(verdict, NftablesReader.Read(Prints(text), Port)!.Verdict);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("not json", 0)]
    [InlineData("[]", 0)]
    [InlineData("{\"nftables\":7}", 0)]
    public void Nftables_that_cannot_be_read_is_told(string output, int exitCode) =>
        Assert.Equal(FirewallVerdict.Unreadable, NftablesReader.Read(Prints(output, exitCode), Port)!.Verdict);

    [Theory]
    [InlineData("ON", "BlockInbound,AllowOutbound", FirewallVerdict.Unclear)]
    [InlineData("OFF", "BlockInbound,AllowOutbound", FirewallVerdict.Allows)]
    [InlineData("ON", "AllowInbound,AllowOutbound", FirewallVerdict.Allows)]
    public void Windows_firewall_is_read(string state, string policy, object verdict)
    {
        string text = $"\r\nPublic Profile Settings: \r\n----------\r\nState                                 {state}\r\nFirewall Policy                       {policy}\r\nOk.\r\n";
        Assert.Equal(verdict, WindowsFirewallReader.Read(Prints(text), Port)!.Verdict);
    }

    [Fact]
    public void Windows_firewall_in_another_language_is_unreadable() =>
        Assert.Equal(FirewallVerdict.Unreadable, WindowsFirewallReader.Read(Prints("Einstellungen\r\nStatus EIN\r\n"), Port)!.Verdict);

    [Fact]
    public void What_blocks_names_the_command_that_opens_and_what_is_missing_is_not_named()
    {
        ToolOutput? Run(string tool, params string[] arguments) => tool == "ufw" ? new ToolOutput(0, "Status: active\nDefault: deny (incoming)\n") : null;
        Finding finding = Assert.Single(FirewallExamination.Examine(Run, Port));
        Assert.Equal(Severity.Warn, finding.Severity);
        Assert.Equal("ufw allow 50000/udp", finding.NextStep);
    }

    [Fact]
    public void Tools_of_the_system_are_run_and_missing_ones_are_null()
    {
        Assert.Null(SystemTool.Run("no-such-tool-of-any-system"));
        if (!OperatingSystem.IsWindows()) Assert.Equal("hello\n", SystemTool.Run("echo", "hello")!.Output);
    }
}
