using System.CommandLine;
using System.Net.Sockets;
using NetKd.Cli.Kd;
using NetKd.Gdb;
using NetKd.Target.Bridge;
using NetKd.Target.Hosting;

namespace NetKd.Cli.Commands;

/// <summary><c>netkd target gdb</c>: any machine with a gdb stub as a KDNET target.</summary>
internal static class TargetGdbCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private const string Description = """
        Makes any amd64, arm64 or x86 machine with a gdb stub (QEMU, VMware, Bochs, a probe) a KDNET target for NetKd and WinDbg.

        Example:
          qemu-system-x86_64 -gdb tcp:127.0.0.1:1234 ...
          netkd target gdb 127.0.0.1:1234 --host 127.0.0.1 --port 50000 --key @target.key
          netkd kd -k net:port=50000,key=@target.key
        """;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Argument<string> stub = new("stub") { Description = "The stub's address, HOST:PORT", HelpName = "host:port" };
        Option<string> host = new("--host") { Description = "Address of the debugger's machine", DefaultValueFactory = _ => "127.0.0.1" };
        Option<int> port = new("--port") { Description = "UDP port of the debugger", DefaultValueFactory = _ => 50000 };
        Option<string?> key = new("--key") { Description = "The shared key w.x.y.z, or @FILE" };
        Option<int> protocol = new("--protocol") { Description = "KDNET protocol version, 2 to 5", DefaultValueFactory = _ => 4 };
        Option<string> kd = new("--kd") { Description = "guess: show the guest's own NT structures where it has them; off: a made-up kernel at any rate", DefaultValueFactory = _ => "guess" };
        Option<string?> arch = new("--arch") { Description = $"What the machine is: {GuestArchitectures.Names}; without, the stub says it", HelpName = "architecture" };
        Command command = new("gdb", Description) { stub, host, port, key, protocol, kd, arch };
        command.SetAction(parsed =>
        {
            try
            {
                StubAddress address = ParseStub(parsed.GetValue(stub)!);
                SimulatedTargetOptions options = new()
                {
                    Host = OptionValue.Address(parsed.GetValue(host)!, "--host"),
                    Port = OptionValue.Between(parsed.GetValue(port), 1, ushort.MaxValue, "--port"),
                    Key = OptionValue.RequiredKey(parsed.GetValue(key), "--key"),
                    ProtocolVersion = (byte)OptionValue.Between(parsed.GetValue(protocol), 2, 5, "--protocol"),
                };
                bool guess = parsed.GetValue(kd) switch { "guess" => true, "off" => false, var other => throw new UsageException($"--kd {other}: give guess or off") };
                GuestArchitecture? architecture = parsed.GetValue(arch) is not { } name ? null
                    : GuestArchitectures.Parse(name) ?? throw new UsageException($"--arch {name}: give {GuestArchitectures.Names}");
                using GdbClient client = GdbClient.Connect(address.Host, address.Port, s_patience);
                using BridgedTarget target = new(client, options, guess, Console.Out, architecture);
                return Run(target);
            }
            catch (UsageException e)
            {
                Console.Error.WriteLine($"netkd: {e.Message}");
                return ExitCode.Usage;
            }
            catch (Exception e) when (e is GdbException or SocketException)
            {
                Console.Error.WriteLine($"netkd: {e.Message}");
                return ExitCode.NoConnection;
            }
        });
        return command;
    }

    private static StubAddress ParseStub(string text) =>
        StubAddress.TryParse(text, out StubAddress? address) ? address : throw new UsageException($"{text} is no address of a stub: give HOST:PORT, such as 127.0.0.1:1234");

    private static int Run(BridgedTarget target)
    {
        using StopSignals stop = new();
        target.Run(stop.Token);
        return ExitCode.Done;
    }
}
