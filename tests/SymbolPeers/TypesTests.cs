using System.Globalization;
using NetKd.Symbols.Types;

namespace NetKd.SymbolPeers;

/// <summary>Every type of every PDB, beside llvm-pdbutil's records and dbghelp.</summary>
public sealed class TypesTests
{
    private static readonly string[] s_types =
        ["LF_MODIFIER", "LF_POINTER", "LF_ARRAY", "LF_PROCEDURE", "LF_MFUNCTION", "LF_BITFIELD", "LF_STRUCTURE", "LF_CLASS", "LF_UNION", "LF_ENUM"];

    private static readonly string[] s_named = ["LF_STRUCTURE", "LF_CLASS", "LF_UNION", "LF_ENUM"];

    [Fact]
    public void Every_record_is_the_type_that_llvm_pdbutil_describes()
    {
        Comparison comparison = new("types by index, llvm-pdbutil");
        foreach (Subject subject in Subject.All.Where(s => s.Ours.Types is not null))
        {
            PdbUtilTypes theirs = subject.PdbUtil.Types;
            foreach (uint index in theirs.Indices.Where(i => s_types.Contains(theirs.KindOf(i))))
            {
                TypeInfo ours = subject.Ours.Types!.Get(index);
                string place = string.Create(CultureInfo.InvariantCulture, $"0x{index:X} {theirs.KindOf(index)}");
                comparison.Check(subject, place, TypeSpelling.Spell(ours), theirs.Spell(index));
                if (theirs.KindOf(index) is not ("LF_POINTER" or "LF_PROCEDURE" or "LF_MFUNCTION" or "LF_MODIFIER")) comparison.Check(subject, place + " size", $"{ours.Size}", $"{theirs.SizeOf(index)}");
                if (ours is ModifiedType modified) comparison.Check(subject, place, $"{(modified.IsConst ? "const" : "")}{(modified.IsVolatile ? "volatile" : "")}", theirs.ModifiersOf(index).Replace(" | ", "", StringComparison.Ordinal));
                if (s_named.Contains(theirs.KindOf(index))) comparison.CheckSets(subject, place, TypeSpelling.Members(ours), theirs.Members(index));
            }
        }

        comparison.Finish(atLeast: 10000);
    }

    [Fact]
    public void Every_named_type_is_found_by_its_name()
    {
        Comparison comparison = new("types by name, llvm-pdbutil");
        foreach (Subject subject in Subject.All.Where(s => s.Ours.Types is not null))
        {
            PdbUtilTypes theirs = subject.PdbUtil.Types;
            foreach (IGrouping<string, uint> type in theirs.Indices.Where(i => s_named.Contains(theirs.KindOf(i)) && !theirs.IsIncomplete(i)).GroupBy(theirs.NameOf))
            {
                // Several compilands may define different types of one name: one of them is found.
                string[] sizes = [.. type.Select(i => $"{theirs.SizeOf(i)} bytes, {string.Join("; ", theirs.Members(i).Order(StringComparer.Ordinal))}")];
                string ours = subject.Ours.Types!.TryFind(type.Key, out TypeInfo? found) ? $"{found.Size} bytes, {string.Join("; ", TypeSpelling.Members(found).Order(StringComparer.Ordinal))}" : "none";
                comparison.Check(subject, type.Key, ours, sizes.Contains(ours) ? ours : sizes[0]);
            }
        }

        comparison.Finish(atLeast: 500);
    }

    [Fact]
    public void Every_type_has_the_members_that_dbghelp_gives()
    {
        Comparison comparison = new("types by name, dbghelp");
        foreach (Subject subject in Subject.All.Where(s => s.Ours.Types is not null))
        {
            string name = "";
            List<string> ours = [], theirs = [];
            foreach (string[] fields in subject.DbgHelp["types"].Append(["missing", ""]))
            {
                if (fields[0] is not ("type" or "missing"))
                {
                    theirs.Add(Member(fields, ours));
                    continue;
                }

                if (name.Length > 0) comparison.CheckSets(subject, name, ours, theirs);
                (name, ours, theirs) = (fields[0] == "type" ? fields[1] : "", [], []);
                if (fields[0] == "missing")
                {
                    if (fields[1].Length > 0) comparison.Check(subject, fields[1], subject.Ours.Types!.TryFind(fields[1], out TypeInfo? alone) && alone is not UserDefinedType { IsIncomplete: true } ? "found" : "none", "none");
                    continue;
                }

                if (!subject.Ours.Types!.TryFind(name, out TypeInfo? type))
                {
                    comparison.Check(subject, name, "none", "found");
                    name = "";
                    continue;
                }

                comparison.Check(subject, name + " size", $"{type.Size}", fields[3]);
                // Functions by name: dbghelp gives those with code by their full names and has no overloads' attributes.
                ours = [.. TypeSpelling.Members(type).Where(m => !m.StartsWith("function ", StringComparison.Ordinal))];
                if (type is UserDefinedType structure) ours.AddRange(structure.Functions.Select(f => $"function {f.Name} {TypeSpelling.Spell(f.Type)}"));
            }
        }

        comparison.Finish(atLeast: 3000);
    }

    private static string Member(string[] fields, List<string> ours) => fields[0] switch
    {
        "field" => $"field {fields[1]} {fields[2]} {fields[3]}",
        "static" => $"static {fields[1]} {fields[2]}",
        "base" => fields[3] == "1" ? $"virtual base {fields[1]}" : $"base {fields[1]} {fields[2]}",
        // The bits of an integer of unknown size: as many as ours has.
        "value" => Value(fields, ours),
        _ => $"function {Unqualified(fields[1])} {fields[2]}",
    };

    private static string Value(string[] fields, List<string> ours)
    {
        long value = long.Parse(fields[2], CultureInfo.InvariantCulture);
        string[] texts = [.. ((string[])["i1", "i2", "i4", "i8"]).Select(integer => $"value {fields[1]} {TypeSpelling.Value(fields[2], integer)}")];
        return texts.FirstOrDefault(ours.Contains, $"value {fields[1]} {value}");
    }

    private static string Unqualified(string name)
    {
        int depth = 0;
        for (int i = name.Length - 1; i > 0; i--)
        {
            if (name[i] == '>') depth++;
            else if (name[i] == '<') depth--;
            else if (name[i] == ':' && depth == 0) return name[(i + 1)..];
        }

        return name;
    }
}
