using NetKd.Commands.Expressions;
using NetKd.Commands.Language;
using NetKd.Commands.Tests.Types;
using NetKd.Commands.Types;

namespace NetKd.Commands.Tests;

/// <summary>C++ expressions without symbols: numbers, registers, operators. Those over types are in TypedExpressionTests.</summary>
public sealed class CppEvaluatorTests
{
    [Theory]
    [InlineData("1+2", "int 0n3")]
    [InlineData("10", "int 0n10")]
    [InlineData("010", "int 0n8")]
    [InlineData("0x10", "int 0n16")]
    [InlineData("0n12", "int 0n12")]
    [InlineData("-1", "int 0n-1")]
    [InlineData("3u", "unsigned int 3")]
    [InlineData("10u", "unsigned int 0xa")]
    [InlineData("0xffffffff", "unsigned int 0xffffffff")]
    [InlineData("5000000000", "int64 0n5000000000")]
    [InlineData("0x7fffffff+1", "int 0n-2147483648")]
    [InlineData("1ll << 40", "int64 0n1099511627776")]
    [InlineData("0xffffffffffffffff", "unsigned int64 0xffffffff`ffffffff")]
    [InlineData("@rax", "unsigned int64 0x1234")]
    [InlineData("@$t0+1", "unsigned int64 6")]
    [InlineData("1<2", "bool true")]
    [InlineData("1 && 0", "bool false")]
    [InlineData("0 && 1/0", "bool false")]
    [InlineData("1 || 1/0", "bool true")]
    [InlineData("1 ? 5 : 1/0", "int 0n5")]
    [InlineData("0 ? 1/0 : 6", "int 0n6")]
    [InlineData("1 ? 0 ? 1 : 2 : 3", "int 0n2")]
    [InlineData("!0", "bool true")]
    [InlineData("7 % 4 * 2", "int 0n6")]
    [InlineData("2 + 3 * 4 == 14 && 1", "bool true")]
    [InlineData("8 - 4 - 2", "int 0n2")]
    [InlineData("1 | 2 ^ 3 & 4", "int 0n3")]
    [InlineData("@@masm(10)", "unsigned int64 0x10")]
    [InlineData("@@(10) + @@c++(10)", "unsigned int64 0x1a")]
    [InlineData("-9223372036854775807ll - 1ll", "int64 0n-9223372036854775808")]
    [InlineData("1.5", "double 1.5")]
    [InlineData("1.5f + 1", "float 2.5")]
    [InlineData("1e3 / 4", "double 250")]
    [InlineData(".5 < 1", "bool true")]
    [InlineData("'A'", "char 0n65 'A'")]
    [InlineData("L'A'", "wchar_t 0x41 'A'")]
    [InlineData("'\\n' + 0", "int 0n10")]
    [InlineData("'\\x41'", "char 0n65 'A'")]
    [InlineData("(char)200", "char 0n-56 ''")]
    [InlineData("(unsigned char)321", "unsigned char 0x41 'A'")]
    [InlineData("(unsigned long long)-1", "unsigned int64 0xffffffff`ffffffff")]
    [InlineData("(short)0x18000", "short 0n-32768")]
    [InlineData("(__int64)5", "int64 0n5")]
    [InlineData("(ULONG64)5", "unsigned int64 5")]
    [InlineData("(HRESULT)0x80004005", "HRESULT 0x80004005")]
    [InlineData("(bool)2", "bool true")]
    [InlineData("(void*)0x1000", "void * 0x00000000`00001000")]
    [InlineData("(int*)8 + 2", "int * 0x00000000`00000010")]
    [InlineData("(int*)0x20 - (int*)0x10", "int64 0n4")]
    [InlineData("(unsigned long long*)0x20 - 1", "unsigned int64 * 0x00000000`00000018")]
    [InlineData("sizeof(int)", "unsigned int64 4")]
    [InlineData("sizeof(void*)", "unsigned int64 8")]
    [InlineData("sizeof(char[16])", "unsigned int64 0x10")]
    [InlineData("sizeof 1.5", "unsigned int64 8")]
    [InlineData("sizeof(1/0)", "unsigned int64 4")]
    [InlineData("static_cast<unsigned char>(300)", "unsigned char 0x2c ','")]
    [InlineData("1, 2", "int 0n2")]
    [InlineData("true + true", "int 0n2")]
    [InlineData("nullptr == 0", "bool true")]
    [InlineData("((1))", "int 0n1")]
    public void Values(string text, string expected) => Assert.Equal(expected, Show(text));

    [Theory]
    [InlineData("nosuch", "Couldn't resolve error at 'nosuch'")]
    [InlineData("(nosuch*)0", "Couldn't resolve error at 'nosuch*)0'")]
    [InlineData("1/0", "Divide by zero")]
    [InlineData("1%0", "Divide by zero")]
    [InlineData("@nosuch", "Bad register error at '@nosuch'")]
    [InlineData("(1", "Missing ')'")]
    [InlineData("1+", "Syntax error at '<EOL>'")]
    [InlineData("1.5 % 2", "Type conflict error at '<EOL>'")]
    [InlineData("*5", "Type conflict")]
    [InlineData("&5", "only what is in memory has an address")]
    [InlineData("5 = 6", "must be a variable, a register or memory")]
    [InlineData("\"abc\"", "String literals not allowed")]
    [InlineData("089", "no digits of an octal number")]
    [InlineData("*(int*)0x10", "Memory access error at 00000000`00000010")]
    [InlineData("nt!KeBugCheckEx + 1", "Type information missing error")]
    [InlineData("(1).x", "Type does not have given member error at 'x'")]
    [InlineData("#NOSUCH(1)", "Couldn't resolve error at '#NOSUCH(1)'")]
    [InlineData("'", "Syntax error at '''")]
    [InlineData("1 ? 2", "Missing ':'")]
    public void Failures(string text, string message) => Assert.Contains(message, Assert.Throws<CommandException>(() => Show(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_symbol_without_a_type_has_an_address() =>
        Assert.Equal("void * 0xfffff803`12201040", Show("&nt!KeBugCheckEx"));

    [Fact]
    public void The_smallest_number_divided_by_minus_one_wraps_and_does_not_trap() =>
        Assert.Equal("int64 0n-9223372036854775808", Show("(-9223372036854775807ll-1ll) / -1ll"));

    [Theory]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData("!")]
    [InlineData("1?")]
    [InlineData("1=")]
    [InlineData("(int*)")]
    [InlineData("sizeof ")]
    [InlineData("@@c++(")]
    public void Deep_nesting_is_refused_and_the_evaluator_stays_usable(string piece)
    {
        TranscriptScope scope = new();
        CppEvaluator evaluator = new(scope, new MasmEvaluator(scope));
        string deep = string.Concat(Enumerable.Repeat(piece, 3000)) + "1";
        Assert.Throws<CommandException>(() => evaluator.Evaluate(deep));
        Assert.Equal("int 0n2", TypedText.Of(evaluator.Evaluate("1+1"), scope).TrimEnd());
    }

    [Fact]
    public void Fuzz_texts_give_a_value_or_a_message()
    {
        string[] pieces = ["1", "0x", "(", ")", "*", "&", "->", ".", "[", "]", "::", "!", "nt!", "sizeof", "int", "<", ">", "=", "+", "'", "\"", "@", "@@", "#", ",", "?", ":", "1.5", "e9", " ", "struct ", "~", "L'a'", "@rax", "-", "|", "FIELD_OFFSET("];
        Random random = new(5);
        ValuesTarget target = new();
        CppEvaluator evaluator = new(target, new MasmEvaluator(target));
        for (int i = Fuzzing.Count(3000); i > 0; i--)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                TypedText.Of(evaluator.Evaluate(text), target);
            }
            catch (CommandException)
            {
                continue;
            }
        }
    }

    private static string Show(string text)
    {
        TranscriptScope scope = new();
        return TypedText.Of(new CppEvaluator(scope, new MasmEvaluator(scope)).Evaluate(text), scope).TrimEnd();
    }
}
