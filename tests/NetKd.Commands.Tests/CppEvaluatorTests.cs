using NetKd.Commands.Expressions;
using NetKd.Commands.Language;

namespace NetKd.Commands.Tests;

public sealed class CppEvaluatorTests
{
    [Theory]
    [InlineData("1+2", "int 0n3")]
    [InlineData("10", "int 0n10")]
    [InlineData("0x10", "int 0n16")]
    [InlineData("-1", "int 0n-1")]
    [InlineData("3u", "unsigned int 3")]
    [InlineData("10u", "unsigned int 0xa")]
    [InlineData("0xffffffff", "unsigned int 0xffffffff")]
    [InlineData("0x7fffffff+1", "int 0n-2147483648")]
    [InlineData("1ll << 40", "int64 0n1099511627776")]
    [InlineData("@rax", "unsigned int64 0x1234")]
    [InlineData("@$t0+1", "unsigned int64 6")]
    [InlineData("1<2", "bool true")]
    [InlineData("1 && 0", "bool false")]
    [InlineData("!0", "bool true")]
    [InlineData("1 ? 5 : 6", "int 0n5")]
    [InlineData("7 % 4 * 2", "int 0n6")]
    [InlineData("@@masm(10)", "unsigned int64 0x10")]
    [InlineData("-9223372036854775807ll - 1ll", "int64 0n-9223372036854775808")]
    public void Values(string text, string expected)
    {
        TranscriptScope scope = new();
        Assert.Equal(expected, new CppEvaluator(scope, new MasmEvaluator(scope)).Evaluate(text).ToString());
    }

    [Theory]
    [InlineData("nt!Foo", "no type information for 'nt!Foo'")]
    [InlineData("1/0", "Divide by zero")]
    [InlineData("@nosuch", "Bad register error")]
    [InlineData("(1", "Missing ')'")]
    public void Failures(string text, string message)
    {
        TranscriptScope scope = new();
        CppEvaluator evaluator = new(scope, new MasmEvaluator(scope));
        Assert.Contains(message, Assert.Throws<CommandException>(() => evaluator.Evaluate(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_smallest_number_divided_by_minus_one_wraps_and_does_not_trap()
    {
        TranscriptScope scope = new();
        CppEvaluator evaluator = new(scope, new MasmEvaluator(scope));
        Assert.Equal("int64 0n-9223372036854775808", evaluator.Evaluate("(-9223372036854775807ll-1ll) / -1ll").ToString());
    }
}
