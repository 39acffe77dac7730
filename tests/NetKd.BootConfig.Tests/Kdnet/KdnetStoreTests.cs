using System.ComponentModel;
using System.Net;
using NetKd.BootConfig.Kdnet;
using NetKd.BootConfig.Language;
using NetKd.BootConfig.Tests.Language;

namespace NetKd.BootConfig.Tests.Kdnet;

public sealed class KdnetStoreTests
{
    private const KdnetStages All = KdnetStages.BootManager | KdnetStages.Loader | KdnetStages.Kernel | KdnetStages.Hypervisor;

    private static readonly KdnetSettings s_settings = new(IPAddress.Parse("192.168.2.1"), 50005) { BusParameters = "0.25.0" };

    [Fact]
    public void Every_stage_is_written_with_one_save()
    {
        using StoreScope scope = new();
        byte[] before = File.ReadAllBytes(scope.Path);
        KdnetOutcome outcome = KdnetStore.Write(scope.Path, s_settings with { Stages = All, Key = "1.2.3.4", NoDhcp = true }, TextWriter.Null);
        Assert.Equal((0, "1.2.3.4", "1.2.3.4"), (outcome.ExitCode, outcome.Key, outcome.HypervisorKey));
        Assert.DoesNotContain("1.2.3.4", $"{outcome} {s_settings with { Key = "1.2.3.4" }}", StringComparison.Ordinal);
        string settings = scope.Do("/dbgsettings");
        Assert.Contains("busparams               0.25.0\nkey                     1.2.3.4\ndebugtype               NET\nhostip                  192.168.2.1\nport                    50005\ndhcp                    No", settings, StringComparison.Ordinal);
        Assert.Contains("hypervisorhostport      50006", scope.Do("/hypervisorsettings"), StringComparison.Ordinal);
        Assert.Contains("bootdebug               Yes", scope.Do("/enum {bootmgr}"), StringComparison.Ordinal);
        string loader = scope.Do("/enum {default}");
        Assert.All(["bootdebug               Yes", "debug                   Yes", "hypervisordebug         Yes"], line => Assert.Contains(line, loader, StringComparison.Ordinal));
        // One save: the copy is the store before the first command.
        Assert.Equal(before, File.ReadAllBytes(scope.Path + ".bak"));
    }

    [Fact]
    public void The_key_stays_unless_a_new_one_is_wanted_and_old_bus_parameters_go()
    {
        using StoreScope scope = new();
        string first = KdnetStore.Write(scope.Path, s_settings, TextWriter.Null).Key!;
        Assert.Equal(first, KdnetStore.Write(scope.Path, s_settings with { BusParameters = null }, TextWriter.Null).Key);
        Assert.DoesNotContain("busparams", scope.Do("/dbgsettings"), StringComparison.Ordinal);
        Assert.NotEqual(first, KdnetStore.Write(scope.Path, s_settings with { NewKey = true }, TextWriter.Null).Key);
    }

    [Fact]
    public void A_command_that_fails_leaves_the_store_as_it_was()
    {
        using StoreScope scope = new(isMade: false);
        // No loader: /debug on comes last and cannot be done.
        scope.Run("/createstore", scope.Path);
        byte[] before = File.ReadAllBytes(scope.Path);
        StringWriter errors = new();
        Assert.Equal((1, null), (KdnetStore.Write(scope.Path, s_settings, errors) is var outcome ? outcome.ExitCode : -1, outcome.Key));
        Assert.Contains("no boot loader entry", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(scope.Path));
        Assert.False(File.Exists(scope.Path + ".bak"));
    }

    [Fact]
    public void The_live_store_gets_the_same_commands_and_no_key_on_a_command_line()
    {
        List<string> lines = [];
        KdnetOutcome outcome = LiveStore.Write(s_settings, TextWriter.Null, (command, output, _) =>
        {
            lines.Add(string.Join(' ', command));
            if (command is ["/dbgsettings"]) output.Write("busparams               0.25.0\r\nkey                     5.6.7.8\r\ndebugtype               NET\r\n");
            return 0;
        });
        Assert.Equal(["/dbgsettings net hostip:192.168.2.1 port:50005", "/set {dbgsettings} busparams 0.25.0", "/debug on", "/dbgsettings"], lines);
        Assert.Equal((0, "5.6.7.8"), (outcome.ExitCode, outcome.Key));
        Assert.Throws<ArgumentException>(() => LiveStore.Write(s_settings with { Key = "1.2.3.4" }, TextWriter.Null, (_, _, _) => 0));
    }

    [Fact]
    public void The_live_store_stops_at_the_first_failure()
    {
        List<string> lines = [];
        StringWriter errors = new();
        KdnetOutcome outcome = LiveStore.Write(s_settings, errors, (command, output, _) =>
        {
            lines.Add(command[0]);
            output.WriteLine("Access is denied.");
            return 1;
        });
        Assert.Equal(["/dbgsettings"], lines);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("Access is denied.", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("as administrator", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_without_bcdedit_is_an_error_and_no_crash()
    {
        StringWriter errors = new();
        BcdEditEnvironment environment = new() { SystemBcdEdit = (_, _, _) => throw new Win32Exception(2) };
        KdnetOutcome outcome = LiveStore.Write(s_settings, errors, (command, output, errorOutput) => BcdEdit.Run(command, output, errorOutput, environment));
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("Windows' own bcdedit did not start (2): ", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_ipv6_host_and_the_hypervisor_alone()
    {
        KdnetSettings settings = new(IPAddress.Parse("2001:db8::1"), 50000) { Stages = KdnetStages.Hypervisor };
        Assert.Equal(["/hypervisorsettings net hostipv6:2001:db8::1 port:50000", "/set hypervisordebug on"], settings.Commands().Select(words => string.Join(' ', words)));
        using StoreScope scope = new();
        KdnetOutcome outcome = KdnetStore.Write(scope.Path, settings, TextWriter.Null);
        Assert.Null(outcome.Key);
        Assert.NotNull(outcome.HypervisorKey);
    }
}
