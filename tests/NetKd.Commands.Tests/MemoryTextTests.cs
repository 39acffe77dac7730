using NetKd.Commands.Text;

namespace NetKd.Commands.Tests;

/// <summary>Byte for byte what facts: kd-transcript shows.</summary>
public sealed class MemoryTextTests
{
    private const ulong Address = TranscriptScope.CodeBase;

    private static string Lines(int offset, int length, int count, MemoryUnit unit) =>
        string.Join('\n', MemoryText.Lines(MemoryBlock.FromPrefix(Address + (ulong)offset, TranscriptScope.Code.AsSpan(offset, length), count * unit.Size), count, unit));

    [Fact]
    public void Bytes() => Assert.Equal(
        """
        fffff803`12201000  90 90 90 90 90 90 90 90-90 90 90 90 90 90 90 90  ................
        fffff803`12201010  cc c3 90 90 90 90 90 90-90 90 90 90 90 90 90 90  ................
        fffff803`12201020  48 83 ec 28 33 c9 48 8b-c1 48 83 c4 28 c3 90 90  H..(3.H..H..(...
        """, Lines(0, 0x30, 0x30, MemoryUnit.Bytes));

    [Fact]
    public void A_short_line_of_bytes() => Assert.Equal(
        "fffff803`12201010  cc c3 90                                         ...", Lines(0x10, 3, 3, MemoryUnit.Bytes));

    [Fact]
    public void Words() => Assert.Equal(
        "fffff803`12201000  9090 9090 9090 9090 9090 9090 9090 9090", Lines(0, 16, 8, MemoryUnit.Words));

    [Fact]
    public void Double_words() => Assert.Equal(
        """
        fffff803`12201000  90909090 90909090 90909090 90909090
        fffff803`12201010  9090c3cc 90909090 90909090 90909090
        """, Lines(0, 32, 8, MemoryUnit.DoubleWords));

    [Fact]
    public void Double_words_in_two_columns() => Assert.Equal(
        """
        fffff803`12201010  9090c3cc 90909090
        fffff803`12201018  90909090 90909090
        fffff803`12201020  28ec8348 8b48c933
        """, Lines(0x10, 24, 6, MemoryUnit.DoubleWords with { Columns = 2 }));

    [Fact]
    public void Double_words_with_text() => Assert.Equal(
        """
        fffff803`12201000  90909090 90909090 90909090 90909090  ................
        fffff803`12201010  9090c3cc 90909090 90909090 90909090  ................
        """, Lines(0, 32, 8, MemoryUnit.DoubleWordsWithText));

    [Fact]
    public void Quad_words() => Assert.Equal(
        """
        fffff803`12201000  90909090`90909090 90909090`90909090
        fffff803`12201010  90909090`9090c3cc 90909090`90909090
        """, Lines(0, 32, 4, MemoryUnit.QuadWords));

    [Fact]
    public void Unreadable_bytes() => Assert.Equal(
        "00000000`00000000  ?? ?? ?? ?? ?? ?? ?? ??-?? ?? ?? ?? ?? ?? ?? ??  ????????????????",
        string.Join('\n', MemoryText.Lines(new MemoryBlock(0, 16), 16, MemoryUnit.Bytes)));

    [Fact]
    public void Unreadable_double_words() => Assert.Equal(
        "00000000`00000012  ???????? ???????? ???????? ????????",
        string.Join('\n', MemoryText.Lines(new MemoryBlock(0x12, 16), 4, MemoryUnit.DoubleWords)));

    [Fact]
    public void Memory_that_ends_in_the_middle() => Assert.Equal(
        "fffff803`12201000  90 90 90 ?? ??                                   ...??", Lines(0, 3, 5, MemoryUnit.Bytes));

    [Fact]
    public void Bits() => Assert.Equal(
        """
                           76543210 76543210 76543210 76543210
                           -------- -------- -------- --------
        fffff803`12201010  11001100 11000011 10010000 10010000  cc c3 90 90
        """,
        string.Join('\n', BinaryText.Heading(1).Concat(BinaryText.Lines(MemoryBlock.FromPrefix(Address + 0x10, TranscriptScope.Code.AsSpan(0x10, 4), 4), 4, 1))));

    [Fact]
    public void One_byte_strings() => Assert.Equal(
        """
        fffff803`1221f200  "19041.1.amd64fre.vb_release.1912"
        fffff803`1221f220  "06-1406"
        """,
        string.Join('\n', StringText.Lines(0xfffff803_1221f200, "19041.1.amd64fre.vb_release.191206-1406\0"u8.ToArray(), 384, 1)));

    [Fact]
    public void A_string_that_fills_its_line_has_an_empty_one_after_it() => Assert.Equal(
        """
        fffff803`1221f200  "????????????????????????????????"
        fffff803`1221f240  ""
        """,
        string.Join('\n', StringText.Lines(0xfffff803_1221f200, (byte[])[.. Enumerable.Repeat((byte)0x90, 64), 0, 0], 384, 2)));

    [Fact]
    public void Control_characters_of_the_target_never_reach_the_terminal() => Assert.Equal(
        "00000000`00000000  \".[2J.\"", StringText.Lines(0, "\x1b[2J\u0007\0"u8.ToArray(), 384, 1).Single());
}
