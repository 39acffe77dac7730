namespace NetKd.Commands.Tests.Types;

/// <summary><c>dt</c> and <c>dv</c> against a simulated target, compared with what Microsoft's engine printed over the same types and bytes.</summary>
public sealed class TypeDisplayTests(ValuesSession session) : IClassFixture<ValuesSession>
{
    private const string Rich = "ffff9a0f`0000c800";

    // Where ours differs from Microsoft's engine, and why.
    private static readonly Dictionary<string, string> s_differences = new(StringComparer.Ordinal)
    {
        ["dt nt!Rich nosuch"] = "the message has the name",
        ["dt nt!Rich pt. ffff800003000800"] = "pt. means pt, not all that begin so",
        ["dt -r1 nt!Derived ffff800003000980"] = "the static member has another place and value",
        ["dt nt!Colour"] = "-1 is -1",
        ["dt nt!P*"] = "each type once, by the module's name",
        ["dt nt!_L*"] = "each type once, by the module's name",
        ["dt -r1 nt!Rich pp ffff800003000800"] = "-r opens chosen fields too",
        ["dt -a nt!Rich ints ffff800003000800"] = "-a lists the elements of arrays, as documented",
        ["dt -a nt!Rich pts ffff800003000800"] = "-a lists the elements of arrays, as documented",
        ["dt -r nt!_LIST_ENTRY ffff800003000800"] = "-r without a number opens as much as there are lines for",
    };

    [Fact]
    public async Task Types_and_locals_print_as_in_Microsofts_engine()
    {
        int compared = 0;
        HashSet<string> unused = [.. s_differences.Keys];
        List<string> wrong = [];
        foreach (EngineBlock block in EngineBlock.Read("dbgeng-values.txt"))
        {
            bool local = block.Command is "?? local" or "?? a" or "?? b" or "?? &a" or "?? local.x + a" or "?? sum";
            if (block.Command.StartsWith("?? ", StringComparison.Ordinal) && !local) continue;
            string ours = await session.RunAsync(session.Translate(block.Command));
            string theirs = session.Translate(block.Output.Replace("[fails]\n", "", StringComparison.Ordinal).TrimEnd('\n'));
            if (block.Command.StartsWith("r @", StringComparison.Ordinal)) continue;
            // What "? local" prints of an address in decimal is this target's own.
            if (block.Command == "? local") (ours, theirs) = (ours[^17..], theirs[^17..]);
            compared++;
            if (unused.Remove(block.Command)) Assert.NotEqual(theirs, ours);
            else if (ours != theirs) wrong.Add($"{block.Command}\n{theirs}\n-- ours:\n{ours}\n");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Empty(unused);
        Assert.InRange(compared, 50, 100);
    }

    [Theory]
    [InlineData("dt -a nt!Rich ints " + Rich, "   +0x0c0 ints : \n      [00] 0n10\n      [01] 0n11\n      [02] 0n12\n      [03] 0n13")]
    [InlineData("dt -r1 nt!Rich pp " + Rich, "   +0x068 pp : 0xffff9a0f`0000c8a0 Point\n      +0x000 x                : 0n1\n      +0x004 y                : 0n2")]
    [InlineData("dt nt!Rich pt. " + Rich, "   +0x0a0 pt  : \n      +0x000 x   : 0n1\n      +0x004 y   : 0n2")]
    [InlineData("dt nt!Rich Links.Flink->Blink " + Rich, "   +0x000 Links              :  [ 0xffff9a0f`0000c900 - 0xffff9a0f`0000c900 ]\n      +0x000 Flink              : \n         +0x008 Blink              : 0xffff9a0f`0000c800 _LIST_ENTRY [ 0xffff9a0f`0000c900 - 0xffff9a0f`0000c900 ]")]
    [InlineData("dt nt!Colour", "   Red = 0n0\n   Green = 0n2\n   Blue = 0n-1")]
    [InlineData("dt nt!P*", "          nt!Point")]
    [InlineData("dt -t nt!g_p*", "Symbol nt!g_p* not found.")]
    [InlineData("dt -d nt!Poi*", "nt!Point\n   +0x000 x                : Int4B\n   +0x004 y                : Int4B")]
    [InlineData("dt -y nt!Poi", "          nt!Point")]
    [InlineData("dt -s 4 -t nt!*", "re:          nt!Colour\n          nt!Rich::<unnamed-type-named>(\n.*)*")]
    [InlineData("dt nt!point", "   +0x000 x                : Int4B\n   +0x004 y                : Int4B")]
    [InlineData("dt unsigned int " + Rich + "+20", "0x10")]
    [InlineData("dt char[8] " + Rich + "+d0", "re:\\[8\\]  \"text\"")]
    [InlineData("dt nosuch!Point", "re:Symbol nosuch!Point not found\\.")]
    [InlineData("dt nt!Rich zzz", "re:Cannot find specified field members: Rich has no 'zzz', and it is no address\\.")]
    [InlineData("dt -q nt!Point", "re: +\\^ -q is no option of dt \\(\\.help dt\\): syntax error in 'dt -q nt!Point'")]
    [InlineData("dt -p nt!Point 0", "re:   \\+0x000 x                : Int4B\n   \\+0x004 y                : Int4B")]
    [InlineData("dt -l Links nt!Rich " + Rich, "re:(?s)Links at 0xffff9a0f`0000c800\n-{45}\n.*Links at 0xffff9a0f`0000c900\n-{45}\n.*")]
    [InlineData("dt -c -l Links.Flink nt!Rich i " + Rich, "re:Links.Flink at 0xffff9a0f`0000c800\n-{45}\n\\+0x01c i 0n5  \nLinks.Flink at 0xffff9a0f`0000c900\n-{45}\n\\+0x01c i 0n0  ")]
    [InlineData("dv nosuch*", "")]
    [InlineData("dv /q", "re: +\\^ /q is no option of dv \\(\\.help dv\\): syntax error in 'dv /q'")]
    [InlineData("dv /f nt!Function", "re:@rsp\\+0x001c                     a\n@rsp\\+0x0020                     b\n@rsp\\+0x0010                 local\n@rsp\\+0x000c                   sum")]
    [InlineData("dv /f 1000", "re:Private symbols \\(symbols\\.pri\\) are required for locals\\.")]
    [InlineData(".expr", "Current expression evaluator: MASM - Microsoft Assembler expressions")]
    [InlineData(".expr /s c++;dt nt!Point 0x" + "ffff9a0f0000c8a0" + ";? 10;.expr /s masm", "re:(?s)Current expression evaluator: C\\+\\+ - C\\+\\+ source expressions\n   \\+0x000 x                : 0n1\n.*Evaluate expression: 10 = .*\nCurrent expression evaluator: MASM.*")]
    [InlineData("?? ((nt!Rich*)0xffff9a0f0000c800)->pp->x = 1", "int 0n1")]
    [InlineData("dS ffff9a0f`0000c940", "ffff9a0f`0000ca20  \"wide\"")]
    [InlineData("ds 0", "Memory access error at 00000000`00000000")]
    [InlineData("? @$frame", "Evaluate expression: 0 = 00000000`00000000")]
    [InlineData("? @$scopeip - @$ip", "Evaluate expression: 0 = 00000000`00000000")]
    [InlineData("r @$t1=5;?? @$t1 * 2", "unsigned int64 0xa")]
    [InlineData("? `main.cpp:18` - Function", "re:Evaluate expression: 0 = .*")]
    [InlineData("? $iment(nt) - nt", "re:Evaluate expression: \\d+ = .*")]
    [InlineData(".printf \"%y|%p\\n\", nt!Function, 1", "re:nt!Function \\(fffff803`12201030\\)\\|0000000000000001")]
    [InlineData(".printf \"%y|%ly\\n\", nt!Function+1, nt!Function", "re:nt!Function\\+0x1 \\(fffff803`12201031\\)\\|nt!Function \\(fffff803`12201030\\) \\[.*main\\.cpp @ 18\\]")]
    public async Task Prints(string line, string expected)
    {
        string text = await session.RunAsync(line);
        if (expected.StartsWith("re:", StringComparison.Ordinal)) Assert.Matches("^(?:" + expected[3..] + ")$", text);
        else Assert.Equal(expected, text);
    }

    [Theory]
    // A structure is one read, whatever it has; what its pointers lead to lies in the same two cached parts of the page.
    [InlineData("dt nt!Point ffff9a0f`0000c8a0", 1)]
    [InlineData("dt nt!Bits ffff9a0f`0000c970", 1)]
    [InlineData("dt nt!Rich i ffff9a0f`0000c800", 1)]
    [InlineData("dt nt!Rich", 0)]
    [InlineData("dt nt!Rich ffff9a0f`0000c800", 3)]
    [InlineData("?? ((Rich*)0xffff9a0f0000c800)->pp->y", 2)]
    [InlineData("?? sizeof(Rich)", 0)]
    public async Task Costs_at_most(string line, int requests)
    {
        // Nothing of the page is known, all that a session knows after its first commands is: registers, the list of modules.
        await session.RunAsync("eb ffff9a0f`0000cfff 0");
        await session.RunAsync("r;lm;dt Point;?? g_int");
        long before = session.Client.RequestCount;
        await session.RunAsync(line);
        Assert.InRange(session.Client.RequestCount - before, 0, requests);
    }

    [Fact]
    public async Task A_display_can_be_cancelled()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        Assert.DoesNotContain("+0x1e8", await session.RunAsync("dt -r9 nt!Rich " + Rich, cancelled.Token), StringComparison.Ordinal);
    }
}
