using System.Globalization;
using System.Text.RegularExpressions;
using NetKd.SymbolPeers.Comparing;
using NetKd.Symbols.Scopes;
using NetKd.Symbols.Types;

namespace NetKd.SymbolPeers;

/// <summary>Variables of functions, with their scopes, types and places, beside llvm-pdbutil's records and dbghelp.</summary>
public sealed partial class LocalsTests
{

    [Fact]
    public void Every_variable_is_in_its_scope()
    {
        Comparison comparison = new("variables, llvm-pdbutil");
        foreach (Subject subject in Subject.All)
        {
            foreach ((PdbUtilSymbol function, FunctionScope? scope) in Functions(subject))
            {
                IEnumerable<string> theirs = subject.PdbUtil.ModuleSymbols
                    .Where(s => s.Kind is "S_LOCAL" or "S_LDATA32" or "S_REGREL32" or "S_BPREL32" && s.Around().Contains(function))
                    .Select(s => $"{string.Concat(s.Around().TakeWhile(p => p != function).Select(p => p.Kind == "S_BLOCK32" ? "{" : "inline "))}{(s.Details.Contains("param", StringComparison.Ordinal) ? "parameter" : s.Kind == "S_LDATA32" ? "static" : "local")} {s.Name} type {s.TypeIndexOrNone:x}");
                comparison.CheckSets(subject, function.Name, scope is null ? ["no such function"] : Variables(scope).Select(v => $"{v.Scope}{v.Variable.Kind.ToString().ToLowerInvariant()} {v.Variable.Name} type {v.Variable.TypeIndex:x}"), theirs);
            }
        }

        comparison.Finish(atLeast: 2500);
    }

    [Fact]
    public void Every_variable_is_where_its_records_say()
    {
        Comparison comparison = new("places of variables, llvm-pdbutil");
        foreach (Subject subject in Subject.All)
        {
            foreach ((PdbUtilSymbol function, FunctionScope? scope) in Functions(subject))
            {
                Dictionary<string, string> bases = FrameRegisters(subject, function);
                foreach ((string name, string place, uint offset) in Places(subject, function, bases))
                {
                    // A name may belong to several variables of nested scopes and calls: one of them is there.
                    string[] ours = scope is null ? [] : [.. Variables(scope).Where(v => v.Variable.Name == name).SelectMany(v => PlacesAt(v.Variable, offset))];
                    comparison.Check(subject, string.Create(CultureInfo.InvariantCulture, $"{function.Name} {name} at {offset:x}"), ours.Contains(place) ? place : string.Join(" or ", ours.Distinct()), place);
                }
            }
        }

        comparison.Finish(atLeast: 4000);
    }

    [Fact]
    public void The_variables_in_scope_at_every_address_are_those_of_dbghelp()
    {
        Comparison comparison = new("variables in scope, dbghelp");
        foreach (Subject subject in Subject.All.Where(s => !s.IsStripped))
        {
            TypeTable types = subject.Ours.Types!;
            foreach (IGrouping<string, string[]> answer in subject.DbgHelp["locals"].GroupBy(fields => fields[0]))
            {
                uint offset = uint.Parse(answer.Key, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                IEnumerable<string> ours = subject.Ours.FindFunction(offset) is { } scope ? InScope(scope, offset).Select(v => $"{v.Name} {TypeSpelling.Spell(types.Get(v.TypeIndex))}") : [];
                comparison.CheckSets(subject, $"+{answer.Key}", ours, answer.Select(fields => $"{fields[1]} {fields[5]}"));
            }
        }

        comparison.Finish(atLeast: 20000);
    }

    private static IEnumerable<(PdbUtilSymbol, FunctionScope?)> Functions(Subject subject)
    {
        // Of folded functions one is found by address; the others' records describe the same code.
        foreach (IGrouping<uint, PdbUtilSymbol> place in subject.PdbUtil.ModuleSymbols.Where(s => s.IsFunction).GroupBy(s => s.Offset!.Value))
        {
            FunctionScope? scope = subject.Ours.FindFunction(place.Key);
            yield return (place.FirstOrDefault(s => s.Name == scope?.Symbol.Name && s.TypeIndexOrNone == scope?.Symbol.TypeIndex, place.First()), scope);
        }
    }

    private static IEnumerable<(string Scope, LocalVariable Variable)> Variables(FunctionScope function)
    {
        return [.. function.Variables.Select(v => ("", v)), .. function.Blocks.SelectMany(b => InBlock(b, "{")), .. function.InlineSites.SelectMany(s => InSite(s, "inline "))];

        static IEnumerable<(string, LocalVariable)> InBlock(BlockScope block, string scope) => [.. block.Variables.Select(v => (scope, v)), .. block.Blocks.SelectMany(b => InBlock(b, scope + "{"))];

        static IEnumerable<(string, LocalVariable)> InSite(InlineSite site, string scope) => [.. site.Variables.Select(v => (scope, v)), .. site.Sites.SelectMany(s => InSite(s, scope + "inline "))];
    }

    // Inner blocks hide nothing here: all are listed.
    private static IEnumerable<LocalVariable> InScope(FunctionScope function, uint offset)
    {
        return [.. function.Variables, .. function.Blocks.SelectMany(InBlock)];

        IEnumerable<LocalVariable> InBlock(BlockScope block) => new CodeRange(block.Offset, block.Size).Contains(offset) ? [.. block.Variables, .. block.Blocks.SelectMany(InBlock)] : [];
    }

    // Each range of each variable: its first and last byte.
    private static IEnumerable<(string Name, string Place, uint Offset)> Places(Subject subject, PdbUtilSymbol function, Dictionary<string, string> bases)
    {
        PdbUtilSymbol? variable = null;
        foreach (PdbUtilSymbol symbol in subject.PdbUtil.ModuleSymbols.Where(s => s.Around().Contains(function)))
        {
            if (!symbol.Kind.StartsWith("S_DEFRANGE", StringComparison.Ordinal)) variable = symbol;
            else if (variable?.Kind == "S_LOCAL" && Range().Match(symbol.Details) is { Success: true } range)
            {
                string register = RegisterName(Register().Match(symbol.Details).Groups[1].Value);
                string offset = Offset().Match(symbol.Details).Groups[1].Value;
                string place = symbol.Kind switch
                {
                    "S_DEFRANGE_REGISTER" => register,
                    "S_DEFRANGE_SUBFIELD_REGISTER" => $"part {Parent().Match(symbol.Details).Groups[1].Value} {register}",
                    "S_DEFRANGE_FRAMEPOINTER_REL" => $"[{bases[variable.Details.Contains("param", StringComparison.Ordinal) ? "param" : "local"]}{Signed(offset)}]",
                    "S_DEFRANGE_REGISTER_REL" => $"[{register}{Signed(offset)}]",
                    _ => symbol.Kind,
                };
                uint start = subject.PdbUtil.Offset(int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture), uint.Parse(range.Groups[2].Value, CultureInfo.InvariantCulture))!.Value;
                uint length = uint.Parse(range.Groups[3].Value, CultureInfo.InvariantCulture);
                (uint At, uint Length)[] gaps = [.. Gap().Matches(symbol.Details).Select(m => (start + uint.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture), uint.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture)))];
                foreach (uint at in (uint[])[start, start + length - 1])
                {
                    if (length > 0 && !gaps.Any(g => at - g.At < g.Length)) yield return (variable.Name, place, at);
                }
            }
        }
    }

    private static IEnumerable<string> PlacesAt(LocalVariable variable, uint offset) => variable.Locations.Where(l => l.Holds(offset)).SelectMany(l => Text(l.Location));

    private static IEnumerable<string> Text(ValueLocation location) => location switch
    {
        RegisterLocation register => [register.Register],
        RegisterRelativeLocation relative => [$"[{relative.Register}{Signed(relative.Offset.ToString(CultureInfo.InvariantCulture))}]"],
        PieceLocation pieces => pieces.Pieces.SelectMany(p => Text(p.Location).Select(text => text.StartsWith('[') ? text : $"part {p.Offset} {text}")),
        _ => [location.ToString()],
    };

    private static string Signed(string offset) => offset.StartsWith('-') ? offset : "+" + offset;

    private static Dictionary<string, string> FrameRegisters(Subject subject, PdbUtilSymbol function)
    {
        string details = subject.PdbUtil.ModuleSymbols.FirstOrDefault(s => s.Kind == "S_FRAMEPROC" && s.Parent == function)?.Details ?? "";
        return FrameRegister().Matches(details).ToDictionary(m => m.Groups[1].Value, m => RegisterName(m.Groups[2].Value));
    }

    // As debuggers write them; VFRAME is what frame data calls $T0.
    private static string RegisterName(string name) => name == "VFRAME" ? "$T0" : name.ToLowerInvariant().Replace("arm64_", "", StringComparison.Ordinal);

    [GeneratedRegex(@"range(?: start)? = \[?(\d+):(\d+)(?:, length = |,\+)(\d+)")]
    private static partial Regex Range();

    [GeneratedRegex(@"register = (\w+)")]
    private static partial Regex Register();

    [GeneratedRegex(@"offset = (-?\d+)")]
    private static partial Regex Offset();

    [GeneratedRegex(@"offset in parent = (\d+)")]
    private static partial Regex Parent();

    [GeneratedRegex(@"\((\d+),(\d+)\)")]
    private static partial Regex Gap();

    [GeneratedRegex(@"(local|param) fp reg = (\w+)")]
    private static partial Regex FrameRegister();
}
