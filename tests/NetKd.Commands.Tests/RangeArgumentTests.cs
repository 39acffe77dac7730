using NetKd.Commands.Expressions;
using NetKd.Commands.Language;

namespace NetKd.Commands.Tests;

public sealed class RangeArgumentTests
{
    private readonly MasmEvaluator _evaluator = new(new TranscriptScope());

    private RangeArgument Read(string text, uint unit) => RangeArgument.Read(new ArgumentReader(text), _evaluator, unit);

    [Theory]
    [InlineData("1000", 1u, 0x1000ul, null)]
    [InlineData("1000 L20", 1u, 0x1000ul, 0x20ul)]
    [InlineData("1000 l8", 4u, 0x1000ul, 8ul)]
    [InlineData("1000 L 8", 4u, 0x1000ul, 8ul)]
    [InlineData("1000 100f", 1u, 0x1000ul, 0x10ul)]
    [InlineData("1000 100f", 4u, 0x1000ul, 4ul)]
    [InlineData("1000 L-10", 1u, 0xff0ul, 0x10ul)]
    [InlineData("1000 L?20000000", 1u, 0x1000ul, 0x20000000ul)]
    [InlineData("@rip L@$t0", 1u, 0xfffff80312201010ul, 5ul)]
    [InlineData("nt+1000 Lf+1", 1u, 0xfffff80312201000ul, 0x10ul)]
    public void Ranges(string text, uint unit, ulong address, ulong? count) =>
        Assert.Equal(new RangeArgument(address, count), Read(text, unit));

    [Theory]
    [InlineData("1000 L0")]
    [InlineData("1000 L20000000")]
    [InlineData("1000 500")]
    [InlineData("10 L-20")]
    [InlineData("ffffffff`ffffffff L2")]
    public void Impossible_ranges(string text) =>
        Assert.StartsWith("Range error", Assert.Throws<CommandException>(() => Read(text, 1)).Message, StringComparison.Ordinal);
}
