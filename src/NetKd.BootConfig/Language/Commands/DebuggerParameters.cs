using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary>
/// The parameters after a debugger type: <c>name:value</c> or <c>name=value</c> (both are in the documentation), and words. Only those
/// of the type are taken, each once.
/// </summary>
internal sealed class DebuggerParameters
{
    private readonly Dictionary<string, string> _given = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _command;
    private readonly string _type;

    private DebuggerParameters(string command, string type)
    {
        _command = command;
        _type = type;
    }

    public static DebuggerParameters Parse(string command, string type, IEnumerable<string> arguments, string[] valued, string[] words)
    {
        DebuggerParameters parameters = new(command, type);
        string[] names = [.. valued.Select(name => name + ":"), .. words];
        string allowed = names.Length == 0 ? $"{type} takes no parameters." : $"{type} takes: {string.Join(", ", names)}.";
        foreach (string argument in arguments)
        {
            int colon = argument.IndexOfAny([':', '=']);
            string name = colon < 0 ? argument : argument[..colon];
            bool isKnown = (colon < 0 ? words : valued).Contains(name, StringComparer.OrdinalIgnoreCase);
            // The value is not repeated: it may be a key.
            if (!isKnown) throw BcdEditException.NotValid(command, $"\"{BcdEditArguments.Shorten(name)}\" is not known here. {allowed}");
            if (!parameters._given.TryAdd(name, colon < 0 ? "" : argument[(colon + 1)..])) throw BcdEditException.NotValid(command, $"{name} is given twice.");
        }

        return parameters;
    }

    public bool Has(string name) => _given.ContainsKey(name);

    public void Require(string name, string hint)
    {
        if (!Has(name)) throw BcdEditException.NotValid(_command, $"{_type} needs {name}:{hint}");
    }

    public void Exclude(string one, string other)
    {
        if (Has(one) && Has(other)) throw BcdEditException.NotValid(_command, $"{one} and {other} exclude each other.");
    }

    /// <summary>Sets an element from a parameter, or from its default. Without either the element stays as it is.</summary>
    public void Apply(BcdEditSession session, BcdObject entry, string name, uint type, ulong? otherwise = null)
    {
        if (_given.TryGetValue(name, out string? text)) entry.Set(type, ElementText.Parse(BcdElements.ByType(type, BcdObjectKind.OsLoader), [text], session));
        else if (otherwise is { } number) entry.Set(type, new BcdValue.Integer(number));
    }
}
