using System.Globalization;
using System.Text.RegularExpressions;

namespace NetKd.SymbolPeers;

/// <summary>How 32-bit functions keep their frames, at every place where that changes, beside llvm-pdbutil.</summary>
public sealed partial class FrameDataTests
{
    [Fact]
    public void Frame_data_of_every_place_is_that_of_llvm_pdbutil()
    {
        Comparison comparison = new("frame data, llvm-pdbutil");
        foreach (Subject subject in Subject.All)
        {
            // Of records that folded functions have at one place either may be found: they say the same.
            foreach (IGrouping<string, Match> place in FrameData().Matches(SampleProgram.Run("llvm-pdbutil", "dump", "-fpo", subject.Program.Pdb)).GroupBy(m => m.Groups[1].Value))
            {
                uint offset = uint.Parse(place.Key, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                string[] theirs = [.. place.Select(m => $"code {m.Groups[2]} locals {m.Groups[3]} parameters {m.Groups[4]} prologue {m.Groups[5]} saved {m.Groups[6]} {m.Groups[7].Value.Trim()}")];
                string ours = subject.Ours.FindX86Frame(offset) is { } frame && frame.Offset == offset
                    ? string.Create(CultureInfo.InvariantCulture, $"code {frame.Size} locals {frame.LocalBytes} parameters {frame.ParameterBytes} prologue {frame.PrologueBytes} saved {frame.SavedRegisterBytes} {frame.Program.Trim()}")
                    : "none";
                comparison.Check(subject, offset, ours, theirs.Contains(ours) ? ours : string.Join(" or ", theirs));
            }

            if (!subject.Name.Contains("i686", StringComparison.Ordinal)) Assert.Null(subject.Ours.FindX86Frame(0x1000));
        }

        comparison.Finish(atLeast: 500);
    }

    [GeneratedRegex(@"^([0-9A-F]{8}) \| +(\d+) \| +(\d+) \| +(\d+) \| +\d+ \| +(\d+) \| +(\d+) \| +\w+ \| +\w+ \| +\w+ \| (.*)$", RegexOptions.Multiline)]
    private static partial Regex FrameData();
}
