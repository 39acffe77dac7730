using NetKd.Commands.Language;

namespace NetKd.Commands.Tests;

public sealed class CommandListTests
{
    [Theory]
    [InlineData("r", "r")]
    [InlineData("r rax=1234;r rax", "r rax=1234|r rax")]
    [InlineData(" ; ;r ;", "r")]
    [InlineData("bp x \"a;b\";g", "bp x \"a;b\"|g")]
    [InlineData("bp x \".printf \\\"a;b\\\";g\";k", "bp x \".printf \\\"a;b\\\";g\"|k")]
    [InlineData(".if (1) {.echo y; r} .else {.echo n};g", ".if (1) {.echo y; r} .else {.echo n}|g")]
    [InlineData(".for (r @$t0=0;@$t0<3;r @$t0=@$t0+1) {r};.echo", ".for (r @$t0=0;@$t0<3;r @$t0=@$t0+1) {r}|.echo")]
    [InlineData("$$ a comment; r", "r")]
    [InlineData("r $$ not a comment here", "r $$ not a comment here")]
    [InlineData("* all of this; is a comment\nr", "r")]
    [InlineData("r\nk\r\ng", "r|k|g")]
    [InlineData("as foo db;al;ad foo", "as foo db;al;ad foo")]
    [InlineData("j 1 '.echo yes';'.echo no'", "j 1 '.echo yes';'.echo no'")]
    [InlineData(".sympath a;b", ".sympath a;b")]
    [InlineData("$$<file.txt", "$$<file.txt")]
    public void Splits(string text, string expected) =>
        Assert.Equal(expected.Split('|'), CommandList.Split(text).Select(statement => statement.Text));

    [Fact]
    public void A_statement_knows_its_place()
    {
        CommandStatement second = CommandList.Split("db 1; r foo")[1];
        Assert.Equal("r foo", second.Text);
        Assert.Equal(6, second.Offset);
    }
}
