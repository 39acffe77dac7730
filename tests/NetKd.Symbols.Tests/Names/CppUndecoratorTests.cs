using System.Text.RegularExpressions;
using NetKd.Symbols.Names;

namespace NetKd.Symbols.Tests.Names;

/// <summary>Decorated names, against llvm-undname and against what Microsoft's tools are known to print.</summary>
public sealed partial class CppUndecoratorTests
{
    private static readonly string[] s_handMade = File.ReadAllLines(Path.Combine(SampleProgram.Root(), "tests", "NetKd.Symbols.Tests", "Names", "decorated-names.txt"));

    // Where llvm-undname 14 is not followed: what is printed instead, and why.
    private static readonly Dictionary<string, (string Declaration, string Reason)> s_accepted = new(StringComparer.Ordinal)
    {
        ["?f@@YAX_D_E_F_G_H_I@Z"] = ("void __cdecl f(__int8,unsigned __int8,__int16,unsigned __int16,__int32,unsigned __int32)", "it does not know the sized integers of Visual C++ before 7"),
        ["?f@@YAX_L_M@Z"] = ("void __cdecl f(__int128,unsigned __int128)", "it does not know __int128"),
        ["?f@A@@GBA@EAAXXZ"] = ("[thunk]: private: virtual void __cdecl A::f`adjustor{16}'(void)", "it leaves out that private thunks are virtual, as those of other access"),
        ["?f@?A0x1@@YAXUS@1@@Z"] = ("void __cdecl `anonymous namespace'::f(struct `anonymous namespace'::S)", "it repeats an unnamed namespace by its hash"),
        ["?f@@YAXXZtrailing"] = ("?f@@YAXXZtrailing", "it drops what follows the name"),
    };

    [Fact]
    public void Hand_made_names_are_read_as_llvm_undname_reads_them()
    {
        string[] names = [.. s_handMade.Where(l => l.Length > 0 && l[0] != '#')];
        Assert.True(names.Length > 150);
        Compare(names);
    }

    [Theory]
    [InlineData("types", "x86_64-pc-windows-msvc", "-O0 -fchar8_t", "/entry:Main /opt:noref")]
    [InlineData("types", "i686-pc-windows-msvc", "-O1 -fchar8_t", "/entry:Main /opt:noref")]
    [InlineData("basic", "x86_64-pc-windows-msvc", "-O0", "/entry:Main")]
    [InlineData("varied", "x86_64-pc-windows-msvc", "-O1", "/entry:Main")]
    [InlineData("varied", "i686-pc-windows-msvc", "-O1", "/entry:Main")]
    public void Every_decorated_name_of_a_program_is_read_as_llvm_undname_reads_it(string folder, string target, string compile, string link)
    {
        string pdb = SampleProgram.Build(folder, target, compile, link).Pdb;
        HashSet<string> names = [];
        foreach (string part in (string[])["-publics", "-types"])
        {
            foreach (Match match in Decorated().Matches(SampleProgram.Run("llvm-pdbutil", "dump", part, pdb))) names.Add(match.Groups[1].Value);
        }

        Assert.True(names.Count > 10);
        Compare([.. names]);
    }

    [Theory]
    [InlineData("?Dot@Point@shapes@@QEBAHAEBU12@@Z", "shapes::Point::Dot")]
    [InlineData("??0Box@shapes@@QEAA@HH@Z", "shapes::Box::Box")]
    [InlineData("??1Box@shapes@@UEAA@XZ", "shapes::Box::~Box")]
    [InlineData("??_7Shape@shapes@@6B@", "shapes::Shape::`vftable'")]
    [InlineData("??_GShape@shapes@@UEAAPEAXI@Z", "shapes::Shape::`scalar deleting destructor'")]
    [InlineData("?Sum@?$Row@_J$04@shapes@@QEBA_JXZ", "shapes::Row<__int64,5>::Sum")]
    [InlineData("??$Local@H@@YAHH@Z", "Local<int>")]
    [InlineData("?s_counter@?1??Main@@YAHXZ@4HA", "`Main'::`2'::s_counter")]
    [InlineData("??_C@_05CJBACGMB@hello?$AA@", "`string'")]
    [InlineData("?hidden@?A0x12345678@@3HA", "`anonymous namespace'::hidden")]
    [InlineData("??B?$S@H@@QEBAHXZ", "S<int>::operator int")]
    [InlineData("??2@YAPEAX_K@Z", "operator new")]
    [InlineData("??__Ex@@YAXXZ", "`dynamic initializer for 'x''")]
    [InlineData("?f@A@@WBA@EAAXXZ", "A::f`adjustor{16}'")]
    [InlineData("??_R0?AUBase@@@8", "struct Base `RTTI Type Descriptor'")]
    [InlineData("??@0123456789abcdef0123456789abcdef@", "??@0123456789abcdef0123456789abcdef@")]
    [InlineData("__imp_?f@ns@@YAXXZ", "__imp_ns::f")]
    [InlineData(".?AUBits@hard@@", "struct hard::Bits")]
    [InlineData("KeBugCheckEx", "KeBugCheckEx")]
    [InlineData("_Main", "_Main")]
    [InlineData("name@@16", "name")]
    public void Names_alone_are_what_debuggers_show(string decorated, string name) => Assert.Equal(name, CppUndecorator.Name(decorated));

    [Theory]
    [InlineData("_Main", "Main")]
    [InlineData("_NtClose@4", "NtClose")]
    [InlineData("@KfAcquireSpinLock@4", "KfAcquireSpinLock")]
    [InlineData("vector@@16", "vector")]
    [InlineData("__purecall", "_purecall")]
    [InlineData("plain", "plain")]
    [InlineData("_@4", "@4")]
    [InlineData("?f@@YGXH@Z", "f")]
    public void C_names_of_32_bit_x86_lose_their_decoration(string decorated, string name) => Assert.Equal(name, CppUndecorator.Name(decorated, isX86: true));

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("??")]
    [InlineData("?x")]
    [InlineData("?f@@YAXH")]
    [InlineData("?f@@YAX9@Z")]
    [InlineData("?9@@YAXXZ")]
    [InlineData("??_C@_05CJBACGMB@hello?$")]
    [InlineData("?f@@YAXXZtrailing")]
    [InlineData("?f@@YA")]
    [InlineData("@")]
    [InlineData("_")]
    public void Names_that_are_not_rightly_decorated_are_given_back(string name)
    {
        Assert.Equal(name, CppUndecorator.Name(name));
        Assert.Equal(name, CppUndecorator.Declaration(name));
    }

    [Fact]
    public void Names_that_nest_or_double_without_end_are_given_back()
    {
        string deep = "?f@@YAX" + string.Concat(Enumerable.Repeat("P6AX", 500)) + "XZ" + string.Concat(Enumerable.Repeat("@Z", 500)) + "@Z";
        Assert.Equal(deep, CppUndecorator.Name(deep));
        string templates = string.Concat(Enumerable.Repeat("?$A@V", 300));
        Assert.Equal("?x@" + templates, CppUndecorator.Name("?x@" + templates));
        // Each parameter is a function that takes the last one twice, by its number.
        string doubling = "?f@@YAX" + "P6AXPEAU?$AAAAAAAAAAAAAAAAAAAAAA@H@@@Z" + string.Concat(Enumerable.Range(0, 9).Select(i => $"P6AX{i}{i}{i}{i}@Z")) + "@Z";
        Assert.True(CppUndecorator.Declaration(doubling).Length < 20_000);
        string longName = "?" + new string('x', 5000) + "@@YAXXZ";
        Assert.Equal(longName, CppUndecorator.Name(longName));
    }

    [Fact]
    public void Mutated_names_give_an_answer_of_bounded_length()
    {
        Random random = new(11);
        byte[][] seeds = [.. s_handMade.Where(l => l.Length > 0).Select(System.Text.Encoding.ASCII.GetBytes)];
        for (int i = 0; i < Fuzzing.Count(20_000); i++)
        {
            string name = System.Text.Encoding.Latin1.GetString(Fuzzing.Mutate(random, seeds[random.Next(seeds.Length)], 300));
            Assert.InRange(CppUndecorator.Name(name).Length, 0, 40_000);
            Assert.InRange(CppUndecorator.Declaration(name, isX86: true).Length, 0, 40_000);
        }
    }

    private static void Compare(string[] names)
    {
        List<string?> expected = LlvmUndname.Undecorate(names);
        List<string> differences = [];
        for (int i = 0; i < names.Length; i++)
        {
            string actual = CppUndecorator.Declaration(names[i]);
            if (s_accepted.TryGetValue(names[i], out (string Declaration, string Reason) accepted))
            {
                Assert.Equal(accepted.Declaration, actual);
                Assert.NotEqual(expected[i], actual);
                TestContext.Current.TestOutputHelper?.WriteLine($"{names[i]}: {actual}, not {expected[i] ?? "refused"}, since {accepted.Reason}");
            }
            else if (actual != (expected[i] ?? names[i]))
            {
                differences.Add($"{names[i]}\n  llvm-undname: {expected[i] ?? "(refused)"}\n  this:         {actual}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {names.Length} differ:\n{string.Join('\n', differences)}");
    }

    [GeneratedRegex(@"`(\.?\?[^`]*)`")]
    private static partial Regex Decorated();
}
