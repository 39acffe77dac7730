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
        List<string> disagreements = [];
        for (int i = 0; i < offsets.Count; i++)
        {
            string[] lines = groups[i].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            IReadOnlyList<ActiveFunction> ours = InlinedCalls.At(pdb, offsets[i]);
            // Padding between functions belongs to nobody here; symbolizer gives it to the function before.
            if (pdb.FindFunction(offsets[i]) is not { } function) continue;
            Assert.Equal(lines.Length / 2, ours.Count);
            for (int k = 0; k < ours.Count; k++)
            {
                if (ours[k].Site is { } site) Assert.Contains(site.Name.Split("::")[^1].Split('<')[0], lines[2 * k], StringComparison.Ordinal);
                // Where two lines begin at one byte, ours is the second, whose code it is, and symbolizer's is the first: so at a function's
                // first byte and for the innermost row, of which the PDB's own tests compare the line.
                if (k == 0 || offsets[i] == function.Symbol.Offset) continue;
                string line = $"{ours[k].Line?.Line ?? 0}";
                if (line == lines[2 * k + 1].Split(':')[^2]) continue;
                // The source decides: the line must have the call.
                disagreements.Add($"{offsets[i]:x}: {line}, symbolizer: {lines[2 * k + 1]}");
                Assert.Contains(ours[k - 1].Site!.Name.Split("::")[^1] + "(", File.ReadLines(ours[k].Line!.File).ElementAt((int)ours[k].Line!.Line - 1), StringComparison.Ordinal);
            }

            compared++;
            inlined += ours.Count - 1;
        }

        output.WriteLine($"{folder} {switches}: {compared} instructions, {inlined} inlined rows; the source has the call where symbolizer says otherwise: {string.Join(", ", disagreements)}");
        Assert.True(disagreements.Count < 10, "disagreements are rare");
        Assert.True(inlined > 20, $"only {inlined} inlined rows");
    }

    [GeneratedRegex("^ *([0-9a-f]{9,}):[ \\t]+[a-z]", RegexOptions.Multiline)]
    private static partial Regex Instruction();
}
