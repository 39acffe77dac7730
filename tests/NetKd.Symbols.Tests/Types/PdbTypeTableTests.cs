using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Types;
using NetKd.Symbols.Types;

namespace NetKd.Symbols.Tests.Types;

/// <summary>The types of real PDBs, against llvm-pdbutil and against their sources.</summary>
public sealed class PdbTypeTableTests
{
    private static readonly HashSet<string> s_kinds =
        ["LF_MODIFIER", "LF_POINTER", "LF_ARRAY", "LF_BITFIELD", "LF_PROCEDURE", "LF_MFUNCTION", "LF_ENUM", "LF_STRUCTURE", "LF_CLASS", "LF_UNION", "LF_METHODLIST"];

    [Theory]
    [InlineData("types", "x86_64-pc-windows-msvc", "-O0 -fchar8_t", "/entry:Main /opt:noref")]
    [InlineData("types", "x86_64-pc-windows-msvc", "-O2 -fstandalone-debug", "/entry:Main")]
    [InlineData("types", "i686-pc-windows-msvc", "-O1 -fchar8_t", "/entry:Main /opt:noref")]
    [InlineData("types", "aarch64-pc-windows-msvc", "-O0", "/entry:Main /opt:noref")]
    [InlineData("basic", "x86_64-pc-windows-msvc", "-O0", "/entry:Main")]
    public void Every_type_is_what_pdbutil_prints(string folder, string target, string compile, string link)
    {
        using MsfFile file = MsfFile.Open(SampleProgram.Build(folder, target, compile, link).Pdb);
        PdbutilComparison comparison = new(new PdbTypeTable(file), DumpedType.ReadAll(file.Path));
        comparison.CompareAll();
        Assert.True(comparison.Compared["LF_STRUCTURE"] > 3);
        if (folder == "types") Assert.Superset(s_kinds, comparison.Compared.Keys.ToHashSet());
    }

    [Fact]
    public void Every_type_of_targetos_is_what_pdbutil_prints()
    {
        using MsfFile file = MsfFile.Open(TargetOs.Pdb());
        PdbutilComparison comparison = new(new PdbTypeTable(file), DumpedType.ReadAll(file.Path));
        comparison.CompareAll();
        Assert.True(comparison.Compared["LF_CLASS"] > 100);
    }

    [Theory]
    [InlineData("x86_64-pc-windows-msvc")]
    [InlineData("i686-pc-windows-msvc")]
    public void Every_definition_is_found_by_its_name(string target)
    {
        using MsfFile file = MsfFile.Open(TypesProgram.Build(target).Pdb);
        PdbTypeTable table = new(file);
        int found = 0;
        foreach (DumpedType dump in DumpedType.ReadAll(file.Path).Values.Where(d => d.Leaf is "LF_STRUCTURE" or "LF_CLASS" or "LF_UNION" or "LF_ENUM"))
        {
            if (dump.Text.Contains("forward ref", StringComparison.Ordinal) || dump.Name.EndsWith("<unnamed-tag>", StringComparison.Ordinal)) continue;
            Assert.True(table.TryFind(dump.Name, out TypeInfo? type), dump.Name);
            Assert.Equal(dump.Name, type.Name);
            found++;
        }

        Assert.True(found > 40, $"{found}");
        Assert.False(table.TryFind("hard::bits", out _));
        Assert.False(table.TryFind("hard::Missing", out _));
        Assert.False(table.TryFind("", out _));
        Assert.False(table.TryFind(new string('x', 100_000), out _));
    }

    [Fact]
    public void Types_are_what_the_sources_say()
    {
        using MsfFile file = MsfFile.Open(TypesProgram.Build().Pdb);
        PdbTypeTable table = new(file);
        Assert.Equal(
            ["void* any", "const void* constAny", "char* const constPointer", "volatile long* volatileTarget", "const char* const volatile both", "int** deep",
             "int& reference", "int&& temporary", "int (*)(int, const char*) function", "void (*)(const char*, ...) variadic", "int (*(*)(void))(short) chained",
             "int hard::Nested::* member", "__int64 (hard::Nested::*)(int) method", "Elsewhere* elsewhere", "std::nullptr_t null"],
            Type(table, "hard::Pointers").Fields.Select(f => $"{f.Type.Name} {f.Name}"));
        Assert.Equal(
            ["int[7] one", "char[3][5] two", "hard::Nested*[2][3][4] three", "const wchar_t[16] text", "int (*)[9] rows", "int[0] flexible"],
            Type(table, "hard::Arrays").Fields.Select(f => $"{f.Type.Name} {f.Name}"));
        Assert.Equal(
            ["first 0 0:1", "second 0 4:28", "small 4 0:3", "flag 4 3:1", "kind 4 4:4", "wide 8 0:63", "last 8 63:1", "guarded 16 0:5"],
            Type(table, "hard::Bits").Fields.Select(f => (BitFieldType)f.Type is { } bits ? $"{f.Name} {f.Offset} {bits.Position}:{bits.Length}" : ""));
        Assert.Equal(11UL, Type(table, "hard::Packed").Size);
        Assert.Equal(64UL, Type(table, "hard::Aligned").Size);
        Assert.Equal(
            ["hard::First False", "hard::Second False"],
            Type(table, "hard::Diamond").Bases.Select(b => $"{b.Type.Name} {b.IsVirtual}"));
        Assert.Equal(["hard::Abstract True"], Type(table, "hard::First").Bases.Select(b => $"{b.Type.Name} {b.IsVirtual}"));
        Assert.Equal(["s_count"], Type(table, "hard::Abstract").Fields.Where(f => f.IsStatic).Select(f => f.Name));
        Assert.Equal(["here", "next", "bits"], ((UserDefinedType)((PointerType)Type(table, "hard::Pointers").Fields[13].Type).Target).Fields.Select(f => f.Name));
    }

    [Fact]
    public void Enumerations_have_the_values_of_the_sources_whatever_their_width_and_sign()
    {
        using MsfFile file = MsfFile.Open(TypesProgram.Build().Pdb);
        PdbTypeTable table = new(file);
        Assert.Equal([-128, 0, 127], Values("hard::Signed8"));
        Assert.Equal([0, 255], Values("hard::Unsigned8"));
        Assert.Equal([-32768, 32767], Values("hard::Signed16"));
        Assert.Equal([0x8000, 65535], Values("hard::Unsigned16"));
        Assert.Equal([int.MinValue, int.MaxValue], Values("hard::Signed32"));
        Assert.Equal([0x80000000, 0xffffffff], Values("hard::Unsigned32"));
        Assert.Equal([long.MinValue, long.MaxValue], Values("hard::Signed64"));
        Assert.Equal([long.MinValue, -1], Values("hard::Unsigned64"));
        Assert.Equal([-1, 0], Values("hard::Nested::Inner"));
        Assert.Equal([-1, 1], Values("Later"));
        Assert.Equal([0, 1], Values("hard::Boolean"));
        Assert.Equal([65], Values("hard::Character"));
        Assert.Equal([0xffff], Values("hard::Wide"));
        Assert.Equal(Enumerable.Range(0, 4000).Select(n => (long)n), Values("LargeEnum"));

        IEnumerable<long> Values(string name)
        {
            Assert.True(table.TryFind(name, out TypeInfo? type), name);
            return ((EnumType)type).Values.Select(v => v.Value);
        }
    }

    [Fact]
    public void A_list_of_members_that_needs_several_records_is_read_whole()
    {
        using MsfFile file = MsfFile.Open(TypesProgram.Build().Pdb);
        UserDefinedType large = Type(new PdbTypeTable(file), "Large");
        Assert.Equal(4000, large.Fields.Count);
        Assert.Equal(Enumerable.Range(0, 4000).Select(n => (uint)n * 4), large.Fields.Select(f => f.Offset));
        Assert.Equal("aFieldWithALongNameD999", large.Fields[^1].Name);
    }

    [Fact]
    public void Patterns_find_definitions_and_typedefs_once_each()
    {
        using MsfFile file = MsfFile.Open(TypesProgram.Build().Pdb);
        PdbTypeTable table = new(file, new SomeTypedefs());
        Assert.Equal(["hard::Unsigned16", "hard::Unsigned32", "hard::Unsigned64", "hard::Unsigned8"], table.Match("HARD::unsigned*").Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["unsigned long"], table.Match("ulong_?").Select(t => t.Name));
        Assert.True(table.TryFind("ulong_t", out TypeInfo? type));
        Assert.Equal("unsigned long", type.Name);
        Assert.Empty(table.Match("nothing*"));
    }

    [Fact]
    public void An_index_that_is_not_in_the_file_says_so()
    {
        using MsfFile file = MsfFile.Open(TypesProgram.Build().Pdb);
        PdbTypeTable table = new(file);
        foreach (uint index in (uint[])[table.EndIndex, uint.MaxValue, 0x10000000])
        {
            BasicType type = Assert.IsType<BasicType>(table.Get(index));
            Assert.Equal(BasicKind.Unknown, type.Kind);
            Assert.Equal($"<type 0x{index:x} is not in the file>", type.Name);
        }
    }

    private static UserDefinedType Type(PdbTypeTable table, string name)
    {
        Assert.True(table.TryFind(name, out TypeInfo? type), name);
        return Assert.IsAssignableFrom<UserDefinedType>(type);
    }

    private sealed class SomeTypedefs : ITypedefNames
    {
        public IEnumerable<KeyValuePair<string, uint>> All => [new("ulong_t", 0x22)];

        public bool TryFind(string name, out uint typeIndex)
        {
            typeIndex = 0x22;
            return name == "ulong_t";
        }
    }
}
