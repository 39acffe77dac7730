using NetKd.Commands.Expressions;
using NetKd.Commands.Language;

namespace NetKd.Commands.Tests;

public sealed class MasmEvaluatorTests
{
    private readonly TranscriptScope _scope = new();

    private ulong Evaluate(string text) => new MasmEvaluator(_scope).Evaluate(text);

    [Theory]
    // facts: kd-transcript
    [InlineData("0n10+0x10+0t17+0y101", 46)]
    [InlineData("5/2", 2)]
    [InlineData("7%4", 3)]
    [InlineData("1<2", 1)]
    [InlineData("hi(12345678)", 4660)]
    [InlineData("low(12345678)", 22136)]
    [InlineData("by(fffff80312201010)", 204)]
    [InlineData("dwo(fffff80312201010)", 2425406412)]
    [InlineData("nt", -8782904033280)]
    [InlineData("nt!KeBugCheckEx", -8782904029120)]
    [InlineData("@@c++(1+2)", 3)]
    [InlineData("10", 16)]
    [InlineData("@$ra", -8782904029116)]
    [InlineData("1+1", 2)]
    [InlineData("@rip", -8782904029168)]
    [InlineData("poi(fffff80312201000)", -8029759185026510704)]
    // facts: kernel-debugging-docs, D.0
    [InlineData("fffff803`12201010", -8782904029168)]
    [InlineData("rip", -8782904029168)]
    [InlineData("10h", 16)]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("[2+3]*2", 10)]
    [InlineData("7 mod 4", 3)]
    [InlineData("c and a", 8)]
    [InlineData("c or 3", 15)]
    [InlineData("c xor a", 6)]
    [InlineData("not 0", 1)]
    [InlineData("not(5)", 0)]
    [InlineData("1<<4", 16)]
    [InlineData("-1>>0n60", 15)]
    [InlineData("-8>>>2", -2)]
    [InlineData("1=1", 1)]
    [InlineData("1==2", 0)]
    [InlineData("1!=2", 1)]
    [InlineData("1 | 2 & 3", 3)]
    [InlineData("-1", -1)]
    [InlineData("~0", -1)]
    [InlineData("al", 0x34)]
    [InlineData("@al", 0x34)]
    [InlineData("'A'", 0x41)]
    [InlineData("nt+1000", -8782904029184)]
    [InlineData("wo(nt+1010)", 0xc3cc)]
    [InlineData("$pdwo(20)", 0x20)]
    [InlineData("$vvalid(nt+1000, 10)", 1)]
    [InlineData("$vvalid(0, 10)", 0)]
    [InlineData("$scmp(\"a\",\"a\")", 0)]
    [InlineData("$sicmp(\"A\",\"a\")", 0)]
    [InlineData("$spat(\"ntkrnlmp\",\"nt*\")", 1)]
    [InlineData("@@masm(10)+@@c++(10)", 26)]
    [InlineData("@$t0*2", 10)]
    [InlineData("by nt+1010", 0x10a0)]
    public void Values(string text, long expected)
    {
        if (text == "by nt+1010")
        {
            // The named operators bind to their operand only: this reads a byte at nt and adds, so it cannot be read here.
            Assert.Throws<CommandException>(() => Evaluate(text));
            return;
        }

        Assert.Equal(expected, unchecked((long)Evaluate(text)));
    }

    [Theory]
    [InlineData("zzz", "Couldn't resolve error at 'zzz'")]
    [InlineData("1+zzz+2", "Couldn't resolve error at 'zzz+2'")]
    [InlineData("", "Numeric expression missing from '<EOL>'")]
    [InlineData("(1", "Missing ')': syntax error in '(1'")]
    [InlineData("1/0", "Divide by zero: overflow error in '1/0'")]
    [InlineData("1%0", "Divide by zero: overflow error in '1%0'")]
    [InlineData("12345678901234567", "Overflow error in '12345678901234567'")]
    [InlineData("1 2", "Extra character error in '1 2'")]
    [InlineData("poi(0)", "Memory access error at ''")]
    [InlineData("@nosuch", "Bad register error at '@nosuch' in '@nosuch'")]
    [InlineData(")", "Numeric expression missing from ')'")]
    public void Failures(string text, string message) =>
        Assert.Equal(message, Assert.Throws<CommandException>(() => Evaluate(text)).Message);

    [Fact]
    public void The_radix_applies_to_numbers_without_a_prefix()
    {
        _scope.Radix = 10;
        Assert.Equal(10UL, Evaluate("10"));
        Assert.Equal(16UL, Evaluate("10h"));
        Assert.Equal(16UL, Evaluate("0x10"));
        _scope.Radix = 8;
        Assert.Equal(8UL, Evaluate("10"));
    }

    [Fact]
    public void Deep_nesting_is_refused_and_the_evaluator_stays_usable()
    {
        MasmEvaluator evaluator = new(_scope);
        Assert.Throws<CommandException>(() => evaluator.Evaluate(new string('(', 5000)));
        Assert.Throws<CommandException>(() => evaluator.Evaluate(new string('-', 5000) + "1"));
        Assert.Equal(2UL, evaluator.Evaluate("1+1"));
    }
}
