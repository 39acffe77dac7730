namespace NetKd.Commands.Tests.Types;

/// <summary>A command and what Microsoft's engine printed.</summary>
internal sealed record EngineBlock(string Command, string Output)
{
    /// <summary>The blocks of a transcript, in order.</summary>
    public static IReadOnlyList<EngineBlock> Read(string file)
    {
        string path = Path.Combine(SampleProgram.Root(), "tests", "NetKd.Commands.Tests", "Types", file);
        string[] parts = ("\n" + File.ReadAllText(path)).Split("\nkd> ");
        return [.. parts.Skip(1).Select(part => new EngineBlock(part[..part.IndexOf('\n', StringComparison.Ordinal)], part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..]))];
    }
}
