using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Types;
using NetKd.Symbols.Tests.Msf;
using NetKd.Symbols.Types;
using static NetKd.Symbols.Tests.Types.TypeStreamBuilder;

namespace NetKd.Symbols.Tests.Types;

/// <summary>Type records that no compiler writes: nothing throws, nothing goes on for ever.</summary>
public sealed class HostileTypesTests
{
    [Fact]
    public void A_pointer_to_itself_is_too_deep()
    {
        TypeStreamBuilder builder = new();
        builder.AddPointer(builder.Next);
        uint first = builder.AddPointer(builder.Next + 1);
        builder.AddPointer(first);
        AssertUnknown(builder, FirstIndex, "<type 0x1000 is too deep>");
        AssertUnknown(builder, first, "<type 0x1001 is too deep>");
    }

    [Fact]
    public void Pointers_to_pointers_end_at_a_limit()
    {
        TypeStreamBuilder builder = new();
        uint last = 0x74;
        for (int i = 0; i < 100_000; i++) last = builder.AddPointer(last);
        AssertUnknown(builder, last, $"<type 0x{last:x} is too deep>");
        using TemporaryFile bytes = new(builder.Build());
        using MsfFile file = MsfFile.Open(bytes.Path);
        Assert.Equal("int" + new string('*', 20), new PdbTypeTable(file).Get(FirstIndex + 19).Name);
    }

    [Fact]
    public void Functions_of_functions_do_not_double_without_end()
    {
        TypeStreamBuilder builder = new();
        uint last = 0x74;
        for (int i = 0; i < 40; i++) last = builder.AddProcedure(0x74, builder.AddArguments(last, last));
        AssertUnknown(builder, last, $"<type 0x{last:x} is too deep>");
    }

    [Fact]
    public void Lists_of_members_in_a_ring_are_read_once()
    {
        TypeStreamBuilder builder = new();
        uint first = builder.AddFieldList(Member("one", 0x74, 0), Continuation(builder.Next + 1));
        builder.AddFieldList(Member("two", 0x74, 4), Continuation(first));
        uint ring = builder.AddStructure("Ring", first, 8);
        using TemporaryFile bytes = new(builder.Build());
        using MsfFile file = MsfFile.Open(bytes.Path);
        Assert.Equal(["one", "two"], ((UserDefinedType)new PdbTypeTable(file).Get(ring)).Fields.Select(f => f.Name));
    }

    [Fact]
    public void An_enumeration_of_itself_has_no_size()
    {
        TypeStreamBuilder builder = new();
        uint loop = builder.AddEnum("Loop", builder.Next, 0);
        using TemporaryFile bytes = new(builder.Build());
        using MsfFile file = MsfFile.Open(bytes.Path);
        TypeInfo type = new PdbTypeTable(file).Get(loop);
        Assert.Equal(("Loop", 0UL), (type.Name, type.Size));
        Assert.Empty(((EnumType)type).Values);
    }

    [Fact]
    public void A_structure_that_holds_itself_ends_where_its_reader_stops()
    {
        TypeStreamBuilder builder = new();
        uint fields = builder.AddFieldList(Member("again", builder.Next + 1, 0));
        uint loop = builder.AddStructure("Loop", fields, 8);
        using TemporaryFile bytes = new(builder.Build());
        using MsfFile file = MsfFile.Open(bytes.Path);
        UserDefinedType type = (UserDefinedType)new PdbTypeTable(file).Get(loop);
        Assert.Equal("Loop", type.Fields.Single().Type.Name);
    }

    [Fact]
    public void Kinds_that_nobody_knows_and_records_cut_off_say_so()
    {
        TypeStreamBuilder builder = new();
        uint unknown = builder.Add(0x7777, [1, 2, 3, 4]);
        uint cut = builder.Add(0x1002, [1, 2]);
        AssertUnknown(builder, unknown, "<type record of unknown kind 0x7777>");
        AssertUnknown(builder, cut, "<type 0x1001 is damaged>");
    }

    [Fact]
    public void Files_without_hashes_are_searched_by_one_walk()
    {
        TypeStreamBuilder builder = new() { WithoutHashes = true };
        uint fields = builder.AddFieldList(Member("member", 0x74, 0));
        uint declaration = builder.AddStructure("Wanted", 0, 0, options: 0x80);
        for (int i = 0; i < 1000; i++) builder.AddStructure($"Other{i}", fields, 4);
        builder.AddStructure("Wanted", fields, 4);
        using TemporaryFile bytes = new(builder.Build());
        using MsfFile file = MsfFile.Open(bytes.Path);
        PdbTypeTable table = new(file);
        Assert.True(table.TryFind("Wanted", out TypeInfo? type));
        Assert.Equal(4UL, type.Size);
        Assert.Equal(4UL, table.Get(declaration).Size);
        Assert.Equal("Other999", table.Get(builder.Next - 2).Name);
        Assert.False(table.TryFind("Nothing", out _));
        long records = table.RecordsRead;
        Assert.False(table.TryFind("Something", out _));
        Assert.InRange(table.RecordsRead - records, 0, 100);
    }

    [Fact]
    public void A_file_without_types_is_an_empty_table_that_says_why()
    {
        using TemporaryFile bytes = new(new MsfBuilder(4096).Add([1]).Add([2]).Add(new byte[60]).Build());
        using MsfFile file = MsfFile.Open(bytes.Path);
        PdbTypeTable table = new(file);
        Assert.Contains("holds no types", table.Problem, StringComparison.Ordinal);
        Assert.Equal("unsigned int", table.Get(0x75).Name);
        Assert.Empty(table.Match("*"));
        PdbIdTable ids = new(file, table);
        Assert.False(ids.TryGet(0x1000, out _));
    }

    [Fact]
    public void Mutated_streams_give_answers_of_bounded_size()
    {
        SampleProgram program = SampleProgram.Build("basic");
        byte[][] streams;
        using (MsfFile original = MsfFile.Open(program.Pdb))
        {
            streams = [Whole(original.Stream(2)!), Whole(original.Stream(4)!), Whole(original.Stream(HashStreamOf(original, 2))!), Whole(original.Stream(HashStreamOf(original, 4))!)];
        }

        SetHashStream(streams[0], 5);
        SetHashStream(streams[1], 6);
        Random random = new(7);
        for (int i = 0; i < Fuzzing.Count(400); i++)
        {
            byte[][] changed = [.. streams];
            int which = random.Next(4);
            changed[which] = Fuzzing.Mutate(random, streams[which], streams[which].Length + 64);
            using TemporaryFile bytes = new(new MsfBuilder(512).Add([]).Add([]).Add(changed[0]).Add([]).Add(changed[1]).Add(changed[2]).Add(changed[3]).Build());
            using MsfFile file = MsfFile.Open(bytes.Path);
            VisitAll(file);
        }
    }

    // Everything that can be asked of a table; what comes out may be anything, of a bounded size.
    private static void VisitAll(MsfFile file)
    {
        PdbTypeTable table = new(file);
        long characters = 0;
        for (uint index = table.FirstIndex; index < Math.Min(table.EndIndex, table.FirstIndex + 5000); index++)
        {
            TypeInfo type = table.Get(index);
            characters += type.Name.Length + (type.Plain.Size > 0 ? 1 : 0);
            if (type is EnumType enumeration) characters += enumeration.Values.Sum(v => v.Name.Length);
            if (type is not UserDefinedType structure) continue;
            characters += structure.Fields.Sum(f => f.Name.Length + f.Type.Name.Length);
            characters += structure.Bases.Sum(b => b.Type.Name.Length) + structure.Functions.Sum(f => f.Name.Length + f.Type.Name.Length);
        }

        table.TryFind("shapes::Point", out _);
        characters += table.Match("s*").Sum(t => t.Name.Length);
        PdbIdTable ids = new(file, table);
        for (uint index = ids.FirstIndex; index < Math.Min(ids.EndIndex, ids.FirstIndex + 5000); index++)
        {
            if (ids.TryGet(index, out PdbId id)) characters += id.Name.Length;
        }

        Assert.InRange(characters, 0, 50_000_000);
    }

    private static void AssertUnknown(TypeStreamBuilder builder, uint index, string name)
    {
        using TemporaryFile bytes = new(builder.Build());
        using MsfFile file = MsfFile.Open(bytes.Path);
        BasicType type = Assert.IsType<BasicType>(new PdbTypeTable(file).Get(index));
        Assert.Equal((name, BasicKind.Unknown), (type.Name, type.Kind));
    }

    private static int HashStreamOf(MsfFile file, int stream) => file.Stream(stream)!.ReadUInt16(20);

    private static void SetHashStream(byte[] stream, ushort number) => Half(number).CopyTo(stream, 20);

    private static byte[] Whole(MsfStream stream)
    {
        Assert.True(stream.TryRead(0, (int)stream.Length, out ReadOnlySpan<byte> bytes));
        return bytes.ToArray();
    }
}
