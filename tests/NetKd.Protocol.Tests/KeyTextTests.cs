using NetKd.Protocol.Net;

namespace NetKd.Protocol.Tests;

/// <summary>The text form of keys: what is read, and what each refusal says.</summary>
public sealed class KeyTextTests
{
    [Theory]
    [InlineData("1.2.3.4", 1, 2, 3, 4)]
    [InlineData("z.Z.10.a", 35, 35, 36, 10)]
    [InlineData("3w5e11264sgsf.0.00.0000000000001", ulong.MaxValue, 0, 0, 1)]
    public void Four_base_36_numbers_are_a_key(string text, ulong first, ulong second, ulong third, ulong fourth)
    {
        Assert.Equal(KeyTextFault.None, KeyText.TryParse(text, out KdNetKey key, out _));
        Assert.Equal((first, second, third, fourth), (key.Part0, key.Part1, key.Part2, key.Part3));
    }

    [Theory]
    [InlineData("", KeyTextFault.EmptyPart, 1)]
    [InlineData("1.2.3", KeyTextFault.TooFewParts, 3)]
    [InlineData("1.2.3.", KeyTextFault.EmptyPart, 4)]
    [InlineData("1..3.4", KeyTextFault.EmptyPart, 2)]
    [InlineData("1.2.3.4.5", KeyTextFault.TooManyParts, 4)]
    [InlineData("1.2!.3.4", KeyTextFault.NotADigit, 2)]
    [InlineData("1 .2.3.4", KeyTextFault.NotADigit, 1)]
    [InlineData("1.2.-3.4", KeyTextFault.NotADigit, 3)]
    [InlineData("1.2.3.00000000000001", KeyTextFault.TooLong, 4)]
    [InlineData("1.2.3w5e11264sgsg.4", KeyTextFault.TooLarge, 3)]
    public void A_typing_error_is_refused_with_its_place(string text, KeyTextFault fault, int part)
    {
        Assert.Equal(fault, KeyText.TryParse(text, out KdNetKey key, out int at));
        Assert.Equal(part, at);
        Assert.Equal(0UL, key.Part0 | key.Part1 | key.Part2 | key.Part3);
    }

    [Fact]
    public void No_description_repeats_the_key()
    {
        foreach (KeyTextFault fault in Enum.GetValues<KeyTextFault>())
            Assert.DoesNotContain("secret", KeyTextFormat.Describe(fault, 2), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("part 2", KeyTextFormat.Describe(KeyTextFault.NotADigit, 2), StringComparison.Ordinal);
    }

    [Fact]
    public void A_revealed_key_reads_back_as_itself()
    {
        KdNetKey key = KeyTextFormat.Generate();
        Assert.Equal(KeyTextFault.None, KeyText.TryParse(KeyTextFormat.Reveal(key), out KdNetKey again, out _));
        Assert.Equal((key.Part0, key.Part1, key.Part2, key.Part3), (again.Part0, again.Part1, again.Part2, again.Part3));
    }

    [Fact]
    public void The_control_key_is_four_little_endian_numbers()
    {
        KeyText.TryParse("1.2.3.a0", out KdNetKey key, out _);
        Span<byte> bytes = stackalloc byte[KdNetKey.Size];
        key.Write(bytes);
        Assert.Equal("0100000000000000020000000000000003000000000000006801000000000000", Convert.ToHexStringLower(bytes));
    }
}
