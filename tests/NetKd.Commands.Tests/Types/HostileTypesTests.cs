using System.Text;
using NetKd.Commands.Types;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Tests.Types;

/// <summary>Type tables that lie: circles, sizes and counts that no memory has. A display ends, and says where it stopped.</summary>
public sealed class HostileTypesTests
{
    private const ulong Address = 0x1000;
    private static readonly BasicType s_int = new("int", BasicKind.SignedInteger, 4);

    private readonly ValuesTarget _target = new();
    private readonly HandMadeTypes _types = new();

    [Fact]
    public void A_structure_that_contains_itself_is_opened_to_the_deepest_level_only()
    {
        HandMadeStructure self = new("Self", 16);
        self.With("again", self, 0).With("twice", self, 8);
        string text = Show(self, int.MaxValue);
        Assert.EndsWith("... more than 20000 lines: name fields, or use a smaller -r\n", text, StringComparison.Ordinal);
        Assert.InRange(text.Count(c => c == '\n'), TypeDisplay.MaxLines, TypeDisplay.MaxLines + 1);
    }

    [Fact]
    public void A_ring_of_pointers_ends()
    {
        HandMadeStructure node = new("Node", 16);
        node.With("next", _types.PointerTo(node), 0).With("other", _types.PointerTo(node), 8);
        _target.Memory.Add(Address, [.. BitConverter.GetBytes(Address), .. BitConverter.GetBytes(Address)]);
        string text = Show(node, int.MaxValue);
        Assert.InRange(text.Count(c => c == '\n'), 1000, TypeDisplay.MaxLines + 1);
    }

    [Fact]
    public void A_class_that_is_its_own_base_twice_ends()
    {
        HandMadeStructure self = new("Self", 8);
        self.OwnBases.Add(new BaseClass(self, 0, false));
        self.OwnBases.Add(new BaseClass(self, 0, false));
        Assert.Equal("", Show(self, 1));
        self.With("field", s_int, 0);
        Assert.InRange(Show(self, 1).Length, 1, 4_000_000);
    }

    [Fact]
    public void Unnamed_structures_within_themselves_end()
    {
        HandMadeStructure self = new("Self", 8);
        self.With("", self, 0).With("", self, 0).With("x", s_int, 0);
        Assert.InRange(Show(self, 0).Length, 1, 4_000_000);
    }

    [Fact]
    public void A_structure_of_four_gigabytes_is_read_as_far_as_one_value_may_be()
    {
        HandMadeStructure huge = new("Huge", 0xffff_ffff);
        huge.With("first", s_int, 0).With("last", s_int, 0xffff_fffb);
        _target.Memory.Add(Address, [7, 0, 0, 0]);
        Assert.Equal("   +0x000 first            : 0n7\n   +0xfffffffb last             : ??\n", Show(huge, 0));
        Assert.Equal(1, _target.Memory.Reads);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(0x4000_0000ul)]
    [InlineData(0ul)]
    public void Arrays_of_any_claimed_size_end(ulong size)
    {
        HandMadeStructure holder = new("Holder", 8);
        holder.With("array", _types.ArrayOf(s_int, size), 0).With("text", _types.ArrayOf(new BasicType("char", BasicKind.Character, 1), size), 4);
        _target.Memory.Add(Address, [1, 0, 0, 0, 65, 66, 0, 0]);
        StringBuilder text = new();
        new TypeDisplay(_target, new TypeDisplayOptions { Elements = true }, piece => text.Append(piece), CancellationToken.None)
            .Members(holder, new ValueReader(_target).Load(TypedValue.InMemory(holder, Address)));
        Assert.InRange(text.Length, 10, 2_000_000);
    }

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(70, 5)]
    [InlineData(0, 0)]
    [InlineData(0, 200)]
    [InlineData(63, 64)]
    public void Bit_fields_outside_of_their_integer_have_some_text(int position, int length)
    {
        HandMadeStructure holder = new("Holder", 4);
        holder.With("bits", _types.Bits(s_int, position, length), 0);
        _target.Memory.Add(Address, [0xff, 0xff, 0xff, 0xff]);
        Assert.StartsWith("   +0x000 bits             : 0y", Show(holder, 0), StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_beyond_their_structure_are_question_marks()
    {
        HandMadeStructure small = new("Small", 4);
        small.With("in", s_int, 0).With("out", s_int, 2).With("far", s_int, uint.MaxValue);
        _target.Memory.Add(Address, [1, 0, 0, 0, 2, 0, 0, 0]);
        Assert.Equal("   +0x000 in               : 0n1\n   +0x002 out              : ??\n   +0xffffffff far              : ??\n", Show(small, 0));
    }

    [Fact]
    public void A_type_of_unknown_kind_is_bytes()
    {
        HandMadeStructure holder = new("Holder", 4);
        holder.With("damaged", new BasicType("<damaged>", BasicKind.Unknown, 4), 0);
        _target.Memory.Add(Address, [1, 2, 3, 4]);
        Assert.Equal("   +0x000 damaged          : 0x04030201\n", Show(holder, 0));
    }

    [Fact]
    public void A_display_stops_when_it_is_cancelled()
    {
        HandMadeStructure self = new("Self", 16);
        self.With("again", self, 0).With("twice", self, 8);
        using CancellationTokenSource cancellation = new();
        int lines = 0;
        TypeDisplay display = new(_target, new TypeDisplayOptions { Recursion = int.MaxValue }, _ =>
        {
            if (++lines == 100) cancellation.Cancel();
        }, cancellation.Token);
        Assert.Throws<OperationCanceledException>(() => display.Members(self, null));
        Assert.Equal(100, lines);
    }

    private string Show(UserDefinedType type, int recursion)
    {
        StringBuilder text = new();
        TypedValue value = new ValueReader(_target).Load(TypedValue.InMemory(type, Address));
        new TypeDisplay(_target, new TypeDisplayOptions { Recursion = recursion }, piece => text.Append(piece), CancellationToken.None).Members(type, value);
        return text.ToString();
    }
}
