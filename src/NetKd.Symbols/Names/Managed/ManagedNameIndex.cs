using System.Text.RegularExpressions;

namespace NetKd.Symbols.Names.Managed;

/// <summary>The compiler's names by what a user may type: by their last part, which every form of a name ends with.</summary>
internal sealed partial class ManagedNameIndex
{
    private readonly Dictionary<string, List<(string Symbol, ManagedName Name)>> _byLastPart = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _symbols = new(StringComparer.Ordinal);
    private readonly List<(string Symbol, ManagedName Name)> _empty = [];

    public ManagedNameIndex(IEnumerable<string> symbols, ManagedNames names)
    {
        foreach (string symbol in symbols)
        {
            if (!_symbols.Add(symbol) || names.Read(symbol) is not { } name) continue;
            Add(LastPart(name.Full), symbol, name);
        }
    }

    /// <summary>The symbols that were meant; the letter case counts when that finds any.</summary>
    public IReadOnlyList<string> Find(string typed)
    {
        if (_symbols.Contains(typed)) return [typed];
        string canonical = Canonical(typed);
        List<(string Symbol, ManagedName Name)> candidates = _byLastPart.GetValueOrDefault(LastPart(canonical), _empty);
        foreach (StringComparison comparison in (StringComparison[])[StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase])
        {
            // What the shown form means is not what else ends alike.
            List<string> shown = [.. candidates.Where(c => IsSame(c.Name.Short, canonical, comparison)).Select(c => c.Symbol)];
            if (shown.Count > 0) return shown;
            List<string> meant = [.. candidates.Where(c => EndsWith(c.Name.Full, canonical, comparison)).Select(c => c.Symbol)];
            if (meant.Count > 0) return meant;
        }

        return FindFlat(typed);
    }

    // A name that has underscores of its own was taken for several: what was typed is compared as the compiler joins it.
    private List<string> FindFlat(string typed)
    {
        int dot = typed.LastIndexOf('.');
        if (dot <= 0 || !typed.Contains('_', StringComparison.Ordinal)) return [];
        string flat = $"_{ManagedTypeNames.Sanitize(typed[..dot])}__{ManagedTypeNames.Sanitize(typed[(dot + 1)..])}";
        return [.. _symbols.Where(s => OverloadNumber().Replace(s, "").EndsWith(flat, StringComparison.Ordinal) || s.EndsWith(flat, StringComparison.Ordinal))];
    }

    private void Add(string part, string symbol, ManagedName name)
    {
        if (!_byLastPart.TryGetValue(part, out List<(string Symbol, ManagedName Name)>? list)) _byLastPart[part] = list = [];
        list.Add((symbol, name));
    }

    private static bool EndsWith(string full, string typed, StringComparison comparison)
    {
        if (IsSame(full, typed, comparison)) return true;
        // Type arguments may have been left out.
        string tail = typed.Contains('<', StringComparison.Ordinal) ? full : WithoutArguments(full);
        return tail.Length > typed.Length && tail[^(typed.Length + 1)] == '.' && tail.EndsWith(typed, comparison);
    }

    private static bool IsSame(string name, string typed, StringComparison comparison) =>
        name.Equals(typed, comparison) || (!typed.Contains('<', StringComparison.Ordinal) && WithoutArguments(name).Equals(typed, comparison));

    // The names within the assembly, as its own tools show them.
    private static string Canonical(string typed)
    {
        typed = typed.Replace(", ", ",", StringComparison.Ordinal).Replace(",", ", ", StringComparison.Ordinal);
        typed = NestedPlus().Replace(typed, ".");
        const string Constructor = "..ctor";
        if (typed.EndsWith(Constructor, StringComparison.Ordinal))
        {
            string type = typed[..^Constructor.Length];
            return $"{type}.{LastPart(type)}";
        }

        int dot = typed.LastIndexOf('.');
        foreach (string accessor in (string[])["get", "set", "add", "remove"])
        {
            if (dot > 0 && typed.AsSpan(dot + 1).StartsWith(accessor + "_", StringComparison.Ordinal)) return $"{typed[..(dot + 1)]}{typed[(dot + accessor.Length + 2)..]}.{accessor}";
        }

        return typed;
    }

    private static string LastPart(string name)
    {
        string plain = WithoutArguments(name);
        return plain[(plain.LastIndexOf('.') + 1)..];
    }

    // Brackets that are no part of an operator or of a name that the C# compiler made.
    private static string WithoutArguments(string name)
    {
        int at;
        while ((at = StartOfArguments(name)) > 0)
        {
            int depth = 0, end = at;
            for (; end < name.Length; end++)
            {
                if (name[end] == '<') depth++;
                if (name[end] == '>' && --depth == 0) break;
            }

            if (end == name.Length) break;
            name = name.Remove(at, end + 1 - at);
        }

        return name;
    }

    private static int StartOfArguments(string name)
    {
        for (int at = 1; at < name.Length; at++)
        {
            if (name[at] == '<' && char.IsLetterOrDigit(name[at - 1]) && !name.AsSpan(0, at).EndsWith("operator", StringComparison.Ordinal)) return at;
        }

        return -1;
    }

    // As .NET's own tools write nested types: Outer+Inner.
    [GeneratedRegex(@"(?<=[\w>])\+(?=[A-Za-z_<])")]
    private static partial Regex NestedPlus();

    [GeneratedRegex("(?<=[A-Za-z0-9])_[0-9]+$")]
    private static partial Regex OverloadNumber();
}
