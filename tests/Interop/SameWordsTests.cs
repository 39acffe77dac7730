using System.Text.RegularExpressions;
using NetKd.Commands;
using NetKd.Engine;

namespace NetKd.Interop;

/// <summary>
/// What our commands print of a 32-bit kernel, beside what Microsoft's engine printed of the same one at the same place. (For 64-bit kernels the recorded
/// outputs of the facts serve: NetKd.Commands.Tests.)
/// </summary>
public sealed partial class SameWordsTests
{
    private const string Architecture = "x86";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    // Read-only, of nothing that changes from one stop to the next, and within one source line: where the next begins, ours has a heading more.
    private static readonly string[] s_commands =
    [
        "k", "kn", "kf", "kc", "dd nt!Limit L1", "dps nt!KernelEntry L2", "dps nt!DriverEntry+1c L1", "dp nt!DriverEntry+18 L2", "db nt!NtBuildLab L10", "da nt!NtBuildLab",
        "? nt", "? 1+1", "? @eip", "? poi(nt!DriverEntry+18)", "? 80801000", ".formats nt", ".formats 1234", "x nt!Limit", "u primes!IsPrime L5", "u nt!CountForever+4 L1", "s -b nt L1000 4d 5a", "bl",
    ];

    [Fact]
    public async Task A_32_bit_kernel_looks_as_it_does_in_Microsofts_engine()
    {
        await DbgEngHost.HomeAsync();
        await using StubGuest guest = await StubGuest.StartNtAsync(Architecture);
        await using RunningBridge bridge = RunningBridge.Start(guest.Stub);
        string connection = $"net:port={bridge.Port},key={RunningBridge.Key}", symbols = StubGuest.SymbolPath(Architecture);
        string[] before = ["@initial-break", "@wait", ".reload", $".sympath Z:{symbols.Replace('/', '\\')}", ".reload /f", "bp primes!IsPrime", "g"];
        DbgEngSession session = await DbgEngHost.RunAsync(connection, s_limit, [.. before, .. s_commands, "bc *", "@detach"]);
        session.Shows("g", "Breakpoint 0 hit");

        using DebugClient client = new(new DebugClientOptions { InitialBreak = true, SymbolPath = symbols });
        client.AttachKernel(AttachKernelFlags.KernelConnection, connection);
        RecordingOutput output = new();
        using CommandInterpreter interpreter = new(client, output);
        await interpreter.WaitForTargetAsync(TestContext.Current.CancellationToken);
        await interpreter.ExecuteAsync("bp primes!IsPrime; g", TestContext.Current.CancellationToken);
        List<string> differences = [];
        foreach (string command in s_commands)
        {
            output.Take();
            await interpreter.ExecuteAsync(command, TestContext.Current.CancellationToken);
            string ours = Normalize(output.Take()), theirs = Normalize(session.Succeeded(command).Output);
            if (ours != theirs) differences.Add($"{command}\n--- Microsoft's\n{theirs}\n--- ours\n{ours}");
        }

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
        await interpreter.ExecuteAsync("bc *", TestContext.Current.CancellationToken);
        client.EndSession(EndSessionKind.ActiveDetach);
    }

    // Ours has source lines by itself.
    private static string Normalize(string text) =>
        string.Join('\n', SourceLine().Replace(text, "").Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0));

    [GeneratedRegex(@" \[[^\]]* @ \d+\]")]
    private static partial Regex SourceLine();
}
