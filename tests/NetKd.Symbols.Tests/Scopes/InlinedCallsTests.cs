using System.Text.RegularExpressions;
using NetKd.Symbols.Images;
using NetKd.Symbols.Pdb;
using NetKd.Symbols.Scopes;

namespace NetKd.Symbols.Tests.Scopes;

/// <summary>At every instruction of compiled programs, the inlined functions and their lines are those that llvm-symbolizer finds.</summary>
public sealed partial class InlinedCallsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("varied", "-O1")]
    [InlineData("varied", "-O2")]
    public void Inlined_functions_and_lines_are_those_of_symbolizer(string folder, string switches)
    {
        SampleProgram program = SampleProgram.Build(folder, compile: $"{switches} -funwind-tables");
        using PdbFile pdb = PdbFile.Open(program.Pdb);
        ulong imageBase = 0x1_4000_0000;
        List<uint> offsets = [.. Instruction().Matches(SampleProgram.Run("llvm-objdump", "-d", "--no-show-raw-insn", program.Image))
            .Select(match => (uint)(Convert.ToUInt64(match.Groups[1].Value, 16) - imageBase))];
        Assert.NotEmpty(offsets);
        string[] groups = SampleProgram.Run("llvm-symbolizer", ["--inlines", "--output-style=LLVM", "--relative-address", "-e", program.Image, .. offsets.Select(o => $"0x{o:x}")])
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(offsets.Count, groups.Length);
        int inlined = 0, compared = 0;
        for (int i = 0; i < offsets.Count; i++)
        {
            string[] lines = groups[i].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            IReadOnlyList<ActiveFunction> ours = InlinedCalls.At(pdb, offsets[i]);
            // Padding between functions belongs to nobody here; symbolizer gives it to the function before.
            if (pdb.FindFunction(offsets[i]) is not { } function) continue;
            // Where two lines begin at one byte, ours is the second, whose code it is, and symbolizer's is the first: the innermost row is
            // compared by name, the calls around it by line too.
            // A function's first byte is such a place for the function itself.
            int calls = offsets[i] == function.Symbol.Offset ? ours.Count : 1;
            Assert.Equal(lines.Length / 2, ours.Count);
            string[] theirs = [.. lines.Chunk(2).Skip(calls).Select(pair => pair[1].Split(':')[^2])];
            string[] own = [.. ours.Skip(calls).Select(active => $"{active.Line?.Line ?? 0}")];
            Assert.True(theirs.SequenceEqual(own), $"{offsets[i]:x}: {string.Join(" < ", own)}, symbolizer: {groups[i]}");
            for (int k = 0; k + 1 < ours.Count; k++)
                Assert.Contains(ours[k].Site!.Name.Split("::")[^1].Split('<')[0], lines[2 * k], StringComparison.Ordinal);
            compared++;
            inlined += ours.Count - 1;
        }

        output.WriteLine($"{folder} {switches}: {compared} instructions, {inlined} inlined rows");
        Assert.True(inlined > 20, $"only {inlined} inlined rows");
    }

    [GeneratedRegex("^ *([0-9a-f]{9,}):[ \\t]+[a-z]", RegexOptions.Multiline)]
    private static partial Regex Instruction();
}
