using NetKd.Commands.Text;

namespace NetKd.Commands.Tests;

public sealed class NumberFormatsTextTests
{
    [Fact]
    public void As_in_the_transcript() => Assert.Equal(
        """
        Evaluate expression:
          Hex:     00000000`00004142
          Decimal: 16706
          Decimal (unsigned) : 16706
          Octal:   0000000000000000040502
          Binary:  00000000 00000000 00000000 00000000 00000000 00000000 01000001 01000010
          Chars:   ......AB
          Time:    Thu Jan  1 04:38:26 1970
          Float:   low 2.34101e-041 high 0
          Double:  8.25386e-320
        """, string.Join('\n', NumberFormatsText.Lines(0x4142)));

    [Theory]
    [InlineData(1.0, "1")]
    [InlineData(0.5, "0.5")]
    [InlineData(123456.0, "123456")]
    [InlineData(1234567.0, "1.23457e+006")]
    [InlineData(-2.5, "-2.5")]
    public void General(double value, string expected) => Assert.Equal(expected, NumberFormatsText.General(value));

    [Fact]
    public void Impossible_times_are_said_to_be_so() =>
        Assert.Contains("  Time:    ***** Invalid FILETIME", NumberFormatsText.Lines(ulong.MaxValue));
}
