using System.Text;

namespace NetKd.Commands.Session;

/// <summary>User-named aliases (<c>as</c>, <c>ad</c>, <c>al</c>) and the fixed <c>$u0</c> to <c>$u9</c>.</summary>
internal sealed class AliasTable
{
    // An alias may hold another's name; a circle must end.
    private const int MaxExpansion = 64 * 1024;

    private readonly SortedDictionary<string, string> _named = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, string>> All => _named;

    public void Set(string name, string text) => _named[name] = text;

    public bool Remove(string name) => _named.Remove(name);

    public void Clear() => _named.Clear();

    /// <summary>Replaces alias names that stand alone between blanks or semicolons, and <c>${name}</c> anywhere.</summary>
    public string Expand(string line)
    {
        // The alias commands themselves speak of names, not of what they stand for.
        if (_named.Count == 0 || line.StartsWith("as", StringComparison.OrdinalIgnoreCase) || line.StartsWith("ad ", StringComparison.Ordinal))
            return line;
        foreach ((string name, string text) in _named)
        {
            line = Replace(line, name, text);
            if (line.Length > MaxExpansion) throw new CommandException($"Alias '{name}' expands without end; remove it with ad {name}.");
        }

        return line;
    }

    /// <summary>Replaces one name in a text, the way <c>.foreach</c> and aliases do.</summary>
    public static string Replace(string text, string name, string value)
    {
        text = text.Replace("${" + name + "}", value, StringComparison.Ordinal);
        StringBuilder result = new();
        int position = 0;
        while (position < text.Length)
        {
            int start = position;
            while (position < text.Length && !IsSeparator(text[position])) position++;
            ReadOnlySpan<char> token = text.AsSpan(start, position - start);
            result.Append(token.SequenceEqual(name) ? value : token);
            if (position < text.Length) result.Append(text[position++]);
        }

        return result.ToString();
    }

    private static bool IsSeparator(char c) => char.IsWhiteSpace(c) || c is ';' or '{' or '}';
}
