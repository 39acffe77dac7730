using System.CommandLine;
using NetKd.Cli.Doctor;
using NetKd.Cli.Kd;
using NetKd.Protocol.Net;
using NetKd.Transport.Net;

namespace NetKd.Cli.Commands;

/// <summary><c>netkd doctor</c>: explains why no target connects.</summary>
internal static class DoctorCommand
{
    private const int MaxWaitSeconds = 86_400;

    private const string Description = """
        Explains why no target connects: this machine's addresses, the port, the firewall, and who pokes with which key and version.
        It answers no poke, so a target that another debugger holds is left alone.

        Examples:
          netkd doctor --port 50000 --key @target.key
          netkd doctor --port 50000
          netkd doctor --port 50000 --key @target.key --target 192.168.1.20
          netkd doctor --port 50000 --key @target.key --watch --wait 60 --json

        Without a key it tells who pokes, but not whether the key is right. The key can also come from NETKD_KEY.

        Exit status: 0 a target with the right key was seen, 1 a problem was found or the key was not checked, 2 wrong usage,
        3 nothing was seen.
        """;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<int> port = new("--port") { Description = "UDP port of the debugger, as in the target's settings", DefaultValueFactory = _ => NetConnectionOptions.FirstRecommendedPort, HelpName = "number" };
        Option<string?> key = new("--key") { Description = "The shared key w.x.y.z, or @FILE", HelpName = "key" };
        Option<string> target = new("--target") { Description = "Ask this target to poke, as target= of kd does; :: and 0.0.0.0 only choose a family", HelpName = "address", DefaultValueFactory = _ => "" };
        Option<int> wait = new("--wait") { Description = "Seconds to watch the port; a good poke ends it earlier", DefaultValueFactory = _ => 15, HelpName = "seconds" };
        Option<bool> watch = new("--watch") { Description = "Watch to the end of --wait, even after a good poke" };
        Option<bool> json = new("--json") { Description = "Print one JSON object a line" };
        Command command = new("doctor", Description) { port, key, target, wait, watch, json };
        command.SetAction(parsed =>
        {
            try
            {
                ushort number = (ushort)OptionValue.Between(parsed.GetValue(port), 1, ushort.MaxValue, "--port");
                int seconds = OptionValue.Between(parsed.GetValue(wait), 0, MaxWaitSeconds, "--wait");
                NetConnectionOptions connection = new(number, ReadKey(parsed.GetValue(key)), parsed.GetValue(target)!.Trim());
                if (connection is { GoesToTarget: true, Key: null }) throw new UsageException("--target needs --key: a target answers only to its key");
                return Run(new DoctorOptions(connection, TimeSpan.FromSeconds(seconds)) { Watches = parsed.GetValue(watch), IsJson = parsed.GetValue(json) });
            }
            catch (UsageException e)
            {
                Console.Error.WriteLine($"netkd: {e.Message}");
                return ExitCode.Usage;
            }
        });
        return command;
    }

    private static int Run(DoctorOptions options)
    {
        // CTRL+C ends the watch, and what was seen is still told.
        using StopSignals stop = new();
        return DoctorProgram.Run(options, SystemTool.Run, Console.Out, stop.Token);
    }

    private static KdNetKey? ReadKey(string? given)
    {
        if (given is not null) return KeySource.ParseKey(given, "--key");
        return Environment.GetEnvironmentVariable(KeySource.Variable) is { Length: > 0 } text ? KeySource.ParseKey(text.Trim(), KeySource.Variable) : null;
    }
}
