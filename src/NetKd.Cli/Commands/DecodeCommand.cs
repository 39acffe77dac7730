using System.CommandLine;
using NetKd.Cli.Decode;

namespace NetKd.Cli.Commands;

/// <summary><c>netkd decode</c>: explains the kernel debugging in a network capture.</summary>
internal static class DecodeCommand
{
    private const string Description = """
        Explains the kernel debugging in a network capture (pcap or pcapng), one line a packet.

        Examples:
          netkd decode session.pcapng --key @target.key
          netkd decode session.pcapng --key @target.key --stats
          netkd decode session.pcapng
          tcpdump -i any -U -w - udp port 50000 | netkd decode - --key @target.key

        Without a key it says who pokes whom, with which version and how often, and counts the rest. The key can also come
        from NETKD_KEY. "netkd kd --capture FILE" records a session.

        Exit status: 0 done, 1 the capture is damaged, holds no kernel debugging, or nothing opens with the key, 2 wrong usage.
        """;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Argument<string> capture = new("CAPTURE") { Description = "The capture file; - for standard input" };
        Option<string[]> key = new("--key") { Description = "The shared key w.x.y.z, or @FILE; once for each target that has its own", HelpName = "key", DefaultValueFactory = _ => [] };
        Option<bool> verbose = new("--verbose") { Description = "Show packets whole: all fields, and the body in hexadecimal" };
        Option<bool> json = new("--json") { Description = "Print one JSON object a line" };
        Option<bool> stats = new("--stats") { Description = "In place of the packets: counts by kind, retransmissions, times from request to reply" };
        Command command = new("decode", Description) { capture, key, verbose, json, stats };
        command.SetAction(parsed => DecodeProgram.Run(
            new DecodeOptions
            {
                CaptureFile = parsed.GetValue(capture)!,
                Keys = parsed.GetValue(key)!,
                IsVerbose = parsed.GetValue(verbose),
                IsJson = parsed.GetValue(json),
                IsStatistics = parsed.GetValue(stats),
            },
            Environment.GetEnvironmentVariable));
        return command;
    }
}
