namespace NetKd.Interop;

/// <summary>A user's session on the target computer with its PDB: names, source lines, breakpoints and steps by line.</summary>
public sealed class TargetOsSourceTests
{
    private const string Key = "1.2.3.4";
    private const string Workers = "[^\n]*/Threads/Workers\\.cs";

    [Fact]
    public async Task Its_kernel_is_debugged_by_source()
    {
        int port = FreePort.Udp();
        Task<(int ExitCode, string Output)> session = CommandLine.RunAsync(
            "kd", "-k", $"net:port={port},key={Key}", "-b", "--wait", "150",
            "-y", Path.Combine(Repository.Root, "artifacts", "targetos"),
            "-c", $".srcpath {Repository.Root}\nbp nt!CountPrimes\nbl\ng\nbc *\nk\nkpL 1\nlsa @rip, 79, 3\nl+t\np\np\nt\nbp `Workers.cs:85`\nbl\ng\nbc *\nl-t\nuf targetos!IsPrime\nlm\nqd");
        await using QemuTarget computer = await QemuTarget.StartAsync(port, Key);
        (int exitCode, string output) = await session;
        Assert.True(exitCode == 0, output);

        // A function by the name that people know it by, at its line.
        Assert.Matches($" 0 e fffff800`[0-9a-f]{{8}}     \\[{Workers} @ 79\\] 0001 \\(0001\\) nt!Workers\\.CountPrimes\n", output);
        Assert.Matches("Breakpoint 0 hit\nnt!Workers\\.CountPrimes:\n", output);
        Assert.Matches($"\n[^\n]*     nt!Workers\\.CountPrimes \\[{Workers} @ 79\\]\n[^\n]*     nt!Workers\\.CountPrimesForever\\+0x[0-9a-f]+ \\[{Workers} @ \\d+\\]\n[^\n]*     nt!ThreadStart\\+0x[0-9a-f]+\n", output);
        Assert.Matches("\n[^\n]*     nt!Workers\\.CountPrimes\\(int limit = 0n\\d+\\)\n", output);
        Assert.Contains(">   79:         int count = 0;\n    80:         for (int candidate = 2; candidate < limit; candidate++)\n    81:         {\n", output, StringComparison.Ordinal);

        // Steps over lines, and into a function that has source.
        Assert.Matches($"\nnt!Workers\\.CountPrimes\\+0x[0-9a-f]+ \\[{Workers} @ 80\\]:\n>   80:         for \\(int candidate[^\n]*\n[^\n]*\nnt!Workers\\.CountPrimes\\+0x[0-9a-f]+ \\[{Workers} @ 82\\]:\n>   82:             if \\(IsPrime\\(candidate\\)\\) count\\+\\+;\n[^\n]*\nnt!Workers\\.IsPrime \\[{Workers} @ 91\\]:\n>   91:         for ", output);

        // A breakpoint on a line.
        Assert.Matches($" 0 e fffff800`[0-9a-f]{{8}}     \\[{Workers} @ 85\\] 0001 \\(0001\\) nt!Workers\\.CountPrimes\\+0x", output);
        Assert.Matches($"Breakpoint 0 hit\nnt!Workers\\.CountPrimes\\+0x[0-9a-f]+ \\[{Workers} @ 85\\]:\n>   85:         return count;\n", output);
        Assert.Matches($"\nnt!Workers\\.IsPrime \\[{Workers} @ 91\\]:\n   91 fffff800`[0-9a-f]{{8}} ", output);
        Assert.Matches("\nfffff800`00400000 fffff800`[0-9a-f]{8}   nt         \\(private pdb symbols\\)  [^\n]*targetos\\.pdb\n", output);
    }
}
