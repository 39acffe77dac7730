using System.CommandLine;
using System.Net.Sockets;
using NetKd.Cli.Kd;
using NetKd.Target.Hosting;

namespace NetKd.Cli.Commands;

/// <summary><c>netkd target sim</c>: a simulated machine under KDNET, to try the debugger on.</summary>
internal static class TargetSimCommand
{
    private const string Description = """
        Runs a simulated machine that a kernel debugger can attach to.

        Example:
          netkd target sim --port 50000 --key @target.key
          netkd target sim --port 50000 --key @target.key --loss 30 --duplicate 10 --latency 200
          netkd target sim --com tcp:5555           (kd -k com:ipport=5555,port=127.0.0.1)
          netkd target sim --com unix:/tmp/vm.sock  (kd -k com:pipe,port=/tmp/vm.sock,resets=0,reconnect)
        """;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> host = new("--host") { Description = "Address of the debugger's machine", DefaultValueFactory = _ => "127.0.0.1" };
        Option<int> port = new("--port") { Description = "UDP port of the debugger", DefaultValueFactory = _ => 50000 };
        Option<string?> key = new("--key") { Description = "The shared key w.x.y.z, or @FILE" };
        Option<bool> unencrypted = new("--unencrypted") { Description = "Talk without a key, for trying kd --allow-unencrypted" };
        Option<string?> com = new("--com") { Description = "A serial line instead of the network: listen on tcp:PORT or unix:PATH", HelpName = "line" };
        Option<int> protocol = new("--protocol") { Description = "KDNET protocol version, 2 to 5", DefaultValueFactory = _ => 4 };
        Option<int> processors = new("--processors") { Description = "Number of processors, 1 to 32", DefaultValueFactory = _ => 1 };
        Option<bool> listen = new("--listen") { Description = "Poke nobody: wait on the port for a debugger that was told of this target" };
        Option<double> loss = new("--loss") { Description = "Datagrams lost, in percent, in each direction" };
        Option<double> duplicate = new("--duplicate") { Description = "Datagrams that arrive twice, in percent" };
        Option<double> reorder = new("--reorder") { Description = "Datagrams overtaken by later ones, in percent" };
        Option<int> latency = new("--latency") { Description = "Milliseconds that every datagram takes longer" };
        Option<int> seed = new("--seed") { Description = "Start of the faults' pseudo-random sequence", DefaultValueFactory = _ => 1 };
        Command sim = new("sim", Description) { host, port, key, unencrypted, com, protocol, processors, listen, loss, duplicate, reorder, latency, seed };
        sim.SetAction(parsed =>
        {
            try
            {
                string? line = parsed.GetValue(com);
                using SimulatedTarget target = Create(line, new SimulatedTargetOptions
                {
                    Host = parsed.GetValue(listen) ? null : OptionValue.Address(parsed.GetValue(host)!, "--host"),
                    Port = OptionValue.Between(parsed.GetValue(port), 1, ushort.MaxValue, "--port"),
                    Key = parsed.GetValue(unencrypted) || line is not null ? default : OptionValue.RequiredKey(parsed.GetValue(key), "--key"),
                    IsUnencrypted = parsed.GetValue(unencrypted),
                    ProtocolVersion = (byte)OptionValue.Between(parsed.GetValue(protocol), 2, 5, "--protocol"),
                    ProcessorCount = OptionValue.Between(parsed.GetValue(processors), 1, 32, "--processors"),
                    Faults = new NetworkFaults
                    {
                        Loss = Percent(parsed.GetValue(loss), "--loss"),
                        Duplicate = Percent(parsed.GetValue(duplicate), "--duplicate"),
                        Reorder = Percent(parsed.GetValue(reorder), "--reorder"),
                        LatencyMilliseconds = OptionValue.Between(parsed.GetValue(latency), 0, 10_000, "--latency"),
                        Seed = parsed.GetValue(seed),
                    },
                });
                return Run(target);
            }
            catch (UsageException e)
            {
                Console.Error.WriteLine($"netkd: {e.Message}");
                return ExitCode.Usage;
            }
            catch (SocketException e)
            {
                Console.Error.WriteLine($"netkd: the target's port cannot be opened: {e.Message}");
                return ExitCode.NoConnection;
            }
        });
        return sim;
    }

    private static SimulatedTarget Create(string? line, SimulatedTargetOptions options)
    {
        if (line is null) return new SimulatedTarget(options, Console.Out);
        if (line.StartsWith("unix:", StringComparison.Ordinal) && line.Length > 5)
            return new SimulatedTarget(options, SocketSerialChannel.ListenUnix(line[5..]), Console.Out);
        if (line.StartsWith("tcp:", StringComparison.Ordinal) && ushort.TryParse(line[4..], out ushort port) && port != 0)
            return new SimulatedTarget(options, SocketSerialChannel.ListenTcp(port), Console.Out);
        throw new UsageException($"--com {line}: give tcp:PORT or unix:PATH");
    }

    private static int Run(SimulatedTarget target)
    {
        using StopSignals stop = new();
        SimulatedTarget.Run(target, stop.Token);
        return ExitCode.Done;
    }

    private static double Percent(double value, string name) =>
        value is >= 0 and < 100 ? value / 100 : throw new UsageException($"{name} {value}: give a percentage from 0 to below 100");
}
