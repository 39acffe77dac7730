using NetKd.Symbols.Pdb;
using NetKd.Symbols.Scopes;

namespace NetKd.Symbols.Tests.Pdb;

/// <summary>The basic sample program, whose sources say what must come out.</summary>
public sealed class PdbFileTests : IDisposable
{
    private static readonly SampleProgram s_program = SampleProgram.Build("basic");
    private readonly PdbFile _pdb = PdbFile.Open(s_program.Pdb);

    public void Dispose() => _pdb.Dispose();

    [Fact]
    public void It_knows_what_it_is()
    {
        Assert.Equal(SymbolDetail.Private, _pdb.Detail);
        Assert.Equal(0x8664, _pdb.Machine);
        string summary = SampleProgram.Run("llvm-pdbutil", "dump", "-summary", s_program.Pdb);
        Assert.Contains($"GUID: {{{_pdb.Signature.ToString().ToUpperInvariant()}}}", summary, StringComparison.Ordinal);
        Assert.True(_pdb.HasLines);
    }

    [Theory]
    [InlineData("Combine", SymbolKind.Function)]
    [InlineData("shapes::Box::Area", SymbolKind.Function)]
    [InlineData("shapes::Row<long long,5>::Sum", SymbolKind.Function)]
    [InlineData("Count", SymbolKind.Function)]
    [InlineData("g_number", SymbolKind.Data)]
    [InlineData("shapes::Point::made", SymbolKind.Data)]
    public void A_name_leads_to_its_address_and_back(string name, SymbolKind kind)
    {
        Symbol symbol = Assert.Single(_pdb.Find(name));
        Assert.Equal((name, kind), (symbol.Name, symbol.Kind));
        Assert.NotEqual(0u, symbol.TypeIndex);
        Assert.True(_pdb.TryFindNearest(symbol.Offset, out Symbol there));
        Assert.Equal(symbol, there);
        Assert.True(_pdb.TryFindNearest(symbol.Offset + 3, out Symbol within));
        Assert.Equal(symbol, within);
        Assert.Contains(symbol, _pdb.FindAt(symbol.Offset));
        Assert.Equal(symbol, Assert.Single(_pdb.Find(name.ToUpperInvariant())));
        Assert.True(_pdb.TryFindNext(symbol.Offset, out Symbol next));
        Assert.True(next.Offset > symbol.Offset);
    }

    [Fact]
    public void A_linkers_name_leads_to_the_same_place()
    {
        Symbol symbol = Assert.Single(_pdb.Find("g_number"));
        Assert.Equal(symbol.Offset, Assert.Single(_pdb.Find("?g_number@@3TNumber@shapes@@A")).Offset);
    }

    [Fact]
    public void A_name_that_only_linkers_have_is_found_as_people_write_it()
    {
        Symbol table = Assert.Single(_pdb.Find("shapes::Box::`vftable'"));
        Assert.True(_pdb.TryFindNearest(table.Offset + 8, out Symbol nearest));
        Assert.Equal(("shapes::Box::`vftable'", SymbolKind.Public), (nearest.Name, nearest.Kind));
    }

    [Fact]
    public void A_constant_has_a_value()
    {
        Symbol blue = Assert.Single(_pdb.Find("Blue"));
        Assert.Equal((SymbolKind.Constant, 250ul), (blue.Kind, blue.Value));
    }

    [Fact]
    public void Patterns_match_in_any_case_and_each_once()
    {
        string[] names = [.. _pdb.Match("SHAPES::box::*").Select(s => s.Name)];
        Assert.Contains("shapes::Box::Area", names);
        Assert.Contains("shapes::Box::Box", names);
        Assert.DoesNotContain(names, n => n.Contains("Point", StringComparison.Ordinal));
        Assert.Equal(["g_callback", "g_flags", "g_number", "g_row", "g_title"], _pdb.Match("g_*").Select(s => s.Name).Order(StringComparer.Ordinal));
        Assert.Empty(_pdb.Match("nothing*"));
    }

    [Fact]
    public void A_function_has_variables_blocks_and_inlined_calls()
    {
        Symbol combine = Assert.Single(_pdb.Find("Combine"));
        FunctionScope scope = _pdb.FindFunction(combine.Offset + 0x30)!;
        Assert.Equal(combine, scope.Symbol);
        Assert.Equal(["first", "point", "colour", "box", "area"], scope.Variables.Select(v => v.Name));
        Assert.Equal([LocalKind.Parameter, LocalKind.Parameter, LocalKind.Parameter, LocalKind.Local, LocalKind.Local], scope.Variables.Select(v => v.Kind));
        Assert.Equal(new RegisterRelativeLocation("rsp", 92), scope.Variables[0].LocationAt(combine.Offset + 0x30));
        Assert.Null(scope.Variables[0].LocationAt(combine.Offset));
        Assert.Equal("sum", Assert.Single(Assert.Single(scope.Blocks).Variables).Name);
        InlineSite twice = Assert.Single(scope.InlineSites);
        Assert.Equal("Twice", twice.Name);
        Assert.Equal("int (int)", _pdb.Types!.Get(twice.TypeIndex).Name);
        Assert.Equal("shapes::Box", _pdb.Types.Get(scope.Variables[3].TypeIndex).Name);
        Assert.Equal(["value", "doubled"], twice.Variables.Select(v => v.Name));
        Assert.Equal(new CodeRange(combine.Offset + 0x60, 0x15), Assert.Single(twice.Ranges));
        Assert.Equal([16u, 17u], twice.Lines.Select(l => l.Line));
    }

    [Fact]
    public void A_line_of_an_inlined_function_is_where_it_was_inlined()
    {
        Symbol combine = Assert.Single(_pdb.Find("Combine"));
        SourceLine line = Assert.Single(_pdb.FindLines("main.cpp", 16));
        Assert.Equal((combine.Offset + 0x60, 11u), (line.Offset, line.Length));
    }

    [Fact]
    public void Lines_lead_to_code_and_code_to_lines()
    {
        Symbol count = Assert.Single(_pdb.Find("Count"));
        Assert.True(_pdb.TryFindLine(count.Offset, out SourceLine? first));
        Assert.EndsWith("main.cpp", first.File, StringComparison.Ordinal);
        Assert.Equal(20u, first.Line);
        Assert.Equal(count.Offset, first.Offset);
        SourceLine found = Assert.Single(_pdb.FindLines("BASIC\\main.CPP", 20));
        Assert.Equal(first, found);
        // No code on the line of a declaration: the next one that has some.
        Assert.All(_pdb.FindLines("main.cpp", 21), l => Assert.Equal(22u, l.Line));
        Assert.Empty(_pdb.FindLines("ain.cpp", 20));
        Assert.Contains(_pdb.SourceFiles, f => f.EndsWith("shapes.h", StringComparison.Ordinal));
    }
}
