using System.Buffers.Binary;
using System.Text;
using NetKd.Linux.Btf;
using NetKd.Symbols.Types;

namespace NetKd.Linux.Tests;

/// <summary>Kinds of BTF's records that few files have, and files whose parts do not fit each other.</summary>
public sealed class BtfKindsTests
{
    private const int Restrict = 11, DataSection = 15, Float = 16, DeclarationTag = 17, TypeTag = 18;

    [Fact]
    public void Tags_and_restrict_are_seen_through()
    {
        RawBtf file = new();
        uint real = file.Add("double", Float, 8);
        uint tagged = file.Add("user", TypeTag, real), pointer = file.Add("", 2, tagged), alone = file.Add("", Restrict, pointer);
        BtfTypes types = BtfTypes.Parse(file.Build());
        Assert.Equal(("double", BasicKind.Float, 8ul), (types.Get(tagged).Name, Assert.IsType<BasicType>(types.Get(tagged)).Kind, types.Get(tagged).Size));
        Assert.Equal("double*", types.Get(pointer).Name);
        Assert.Equal(("double*", 8ul), (types.Get(alone).Name, types.Get(alone).Size));
        Assert.Equal("", types.Problem);
    }

    [Fact]
    public void What_is_no_type_says_what_it_is_and_hides_nothing_behind_it()
    {
        RawBtf file = new();
        uint section = file.Add(".data", DataSection | 1 << 8, 4, 3, 0, 4), tag = file.Add("tag", DeclarationTag, 3, uint.MaxValue), number = file.Add("int", 1, 4, 1 << 24 | 32);
        BtfTypes types = BtfTypes.Parse(file.Build());
        Assert.Contains("DataSection", types.Get(section).Name, StringComparison.Ordinal);
        Assert.Contains("DeclarationTag", types.Get(tag).Name, StringComparison.Ordinal);
        Assert.Equal("int", types.Get(number).Name);
        Assert.False(types.TryFind(".data", out _));
        Assert.Equal("", types.Problem);
    }

    [Fact]
    public void Only_the_last_parameter_without_type_and_name_is_the_dots()
    {
        BtfBuilder builder = new();
        uint number = builder.Integer("int", 4, 1), fixedOnly = builder.Prototype(number, number), dots = builder.Prototype(0, number, 0), none = builder.Prototype(0);
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.Equal([false, true, false], ((uint[])[fixedOnly, dots, none]).Select(i => Assert.IsType<FunctionType>(types.Get(i)).IsVariadic));
        Assert.Single(Assert.IsType<FunctionType>(types.Get(dots)).Parameters);
        Assert.Empty(Assert.IsType<FunctionType>(types.Get(none)).Parameters);
        Assert.Equal("int", Assert.IsType<FunctionType>(types.Get(fixedOnly)).ReturnType.Name);
    }

    [Fact]
    public void Arrays_of_arrays_and_without_elements_have_their_sizes()
    {
        BtfBuilder builder = new();
        uint number = builder.Integer("int", 4, 1), row = builder.Array(number, 3), matrix = builder.Array(row, 2), tail = builder.Array(number, 0);
        uint huge = builder.Array(builder.Array(number, uint.MaxValue), uint.MaxValue);
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.Equal(("int[2][3]", 24ul, 2ul), (types.Get(matrix).Name, types.Get(matrix).Size, Assert.IsType<ArrayType>(types.Get(matrix)).Count));
        Assert.Equal((0ul, 0ul), (types.Get(tail).Size, Assert.IsType<ArrayType>(types.Get(tail)).Count));
        Assert.True(types.Get(huge).Size > 0);
    }

    [Fact]
    public void A_packed_bit_field_that_crosses_its_integers_border_begins_at_a_byte()
    {
        BtfBuilder builder = new();
        uint number = builder.Integer("unsigned int", 4);
        uint crossing = builder.StructureWithBits("packed", 5, ("first", number, 20u << 24), ("second", number, (20u << 24) | 20));
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Field second = Assert.IsAssignableFrom<UserDefinedType>(types.Get(crossing)).Fields[1];
        BitFieldType bits = Assert.IsType<BitFieldType>(second.Type);
        Assert.Equal((2u, 4, 20), (second.Offset, bits.Position, bits.Length));
    }

    [Fact]
    public void A_declaration_of_a_union_is_not_answered_with_a_structure()
    {
        BtfBuilder builder = new();
        uint union = builder.Forward("same", isUnion: true), structure = builder.Forward("same");
        builder.Structure("same", 16);
        BtfTypes types = BtfTypes.Parse(builder.Build());
        UserDefinedType alone = Assert.IsAssignableFrom<UserDefinedType>(types.Get(union));
        Assert.Equal((true, UserDefinedKind.Union, 0ul), (alone.IsIncomplete, alone.Kind, alone.Size));
        Assert.Equal(16ul, types.Get(structure).Size);
    }

    [Fact]
    public void Sections_behind_the_end_are_refused_with_where_they_are()
    {
        byte[] good = new BtfBuilder().Build();
        foreach ((int field, string what) in ((int, string)[])[(8, "types"), (12, "types"), (16, "strings"), (20, "strings")])
        {
            byte[] bytes = [.. good];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(field), uint.MaxValue);
            string message = Assert.Throws<BtfFormatException>(() => BtfTypes.Parse(bytes)).Message;
            Assert.Contains($"its {what}", message, StringComparison.Ordinal);
            Assert.Contains($"behind its {good.Length} bytes", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_cut_within_a_record_keeps_those_before_it()
    {
        BtfBuilder builder = new();
        uint number = builder.Integer("int", 4, 1);
        builder.Structure("cut", 4, ("member", number, 0));
        byte[] bytes = builder.Build();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), 16 + 12 + 11);
        BtfTypes types = BtfTypes.Parse(bytes);
        Assert.Equal("int", types.Get(number).Name);
        Assert.False(types.TryFind("cut", out _));
        Assert.Contains("type 2 at offset 16 of the types: it ends within a record", types.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_of_every_kind_can_be_walked_to_their_end()
    {
        RawBtf file = new();
        uint number = file.Add("int", 1, 4, 1 << 24 | 32), real = file.Add("float", Float, 4), tag = file.Add("user", TypeTag, number);
        uint pointer = file.Add("", 2, tag), restrict = file.Add("", Restrict, pointer), array = file.Add("", 3, 0, restrict, number, 4);
        uint structure = file.Add("node", 4 | 3 << 8, 32, file.Text("next"), pointer, 0, file.Text("list"), array, 64, file.Text("real"), real, 128);
        file.Add(".data", DataSection | 1 << 8, 32, structure, 0, 32);
        file.Add("tag", DeclarationTag, structure, 1);
        file.Add("call", 13 | 2 << 8, number, file.Text("a"), structure, 0, 0);
        file.Add("colour", 6 | 2 << 8, 4, file.Text("RED"), 1, file.Text("BLUE"), 2);
        file.Add("far", 19 | 1 << 8, 8, file.Text("FAR"), 0, 1);
        byte[] good = file.Build();
        Random random = new(20_263);
        for (int i = 0; i < Fuzzing.Count(20_000); i++)
        {
            BtfTypes types;
            try
            {
                types = BtfTypes.Parse(Fuzzing.Mutate(random, good, 2048));
            }
            catch (BtfFormatException)
            {
                continue; // Refused, with a reason.
            }

            for (uint index = 0; index < 200; index++)
            {
                TypeInfo type = types.Get(index);
                Assert.NotNull(type.Name);
                _ = type.Size;
                if (type is UserDefinedType user) _ = user.Fields.Take(50).Sum(f => f.Type.Name.Length);
                if (type is EnumType enumeration) _ = enumeration.Values.Count;
            }
        }
    }

    /// <summary>Records whose words are said one by one: the kind, with the count above it.</summary>
    private sealed class RawBtf
    {
        private readonly List<uint> _words = [];
        private readonly List<byte> _strings = [0];
        private uint _next = 1;

        public uint Text(string text)
        {
            if (text.Length == 0) return 0;
            uint offset = (uint)_strings.Count;
            _strings.AddRange(Encoding.ASCII.GetBytes(text + "\0"));
            return offset;
        }

        public uint Add(string name, int kindAndCount, uint sizeOrType, params uint[] data)
        {
            _words.AddRange([Text(name), (uint)(kindAndCount & 0xFF) << 24 | (uint)kindAndCount >> 8, sizeOrType, .. data]);
            return _next++;
        }

        public byte[] Build()
        {
            uint types = 4 * (uint)_words.Count;
            return [.. ((uint[])[0x0001EB9F, 24, 0, types, types, (uint)_strings.Count, .. _words]).SelectMany(BitConverter.GetBytes), .. _strings];
        }
    }
}
