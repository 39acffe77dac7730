using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using NetKd.Symbols.Pdb.Types;

namespace NetKd.Symbols.Names.Managed;

/// <summary>
/// The C# names of types. The compiler's have the assembly in front, namespaces and nested types joined by underscores, the number of type
/// parameters as <c>_1</c>, type arguments as <c>&lt;A__B&gt;</c>, and an underscore for each character that C identifiers cannot hold.
/// </summary>
internal sealed partial class ManagedTypeNames
{
    private const int MaxCached = 65_536;
    private const int MaxDepth = 16;
    private const string ArrayPrefix = "__Array<";

    private readonly string _assembly;
    private readonly Lazy<Known> _known;
    private readonly ConcurrentDictionary<string, ManagedName> _read = new(StringComparer.Ordinal);

    public ManagedTypeNames(PdbTypeTable types, string assembly)
    {
        _assembly = Sanitize(assembly) + "_";
        _known = new Lazy<Known>(() => new Known(types, this));
    }

    /// <summary>The plain types of the program, without instances of generics.</summary>
    private sealed class Known
    {
        private readonly Dictionary<string, int> _shortNames = new(StringComparer.Ordinal);

        public Known(PdbTypeTable types, ManagedTypeNames names)
        {
            foreach (string name in types.RecordNames())
            {
                All.Add(name);
                int arguments = name.IndexOf('<', StringComparison.Ordinal);
                if (arguments > 0) All.Add(name[..arguments]);
            }

            foreach (string name in All)
            {
                if (name.Contains('<', StringComparison.Ordinal) || name.StartsWith("__", StringComparison.Ordinal)) continue;
                List<string> path = names.Path(name, All, out int namespaces);
                for (int from = namespaces; from >= 0; from--)
                {
                    string tail = string.Join('.', path[from..]);
                    _shortNames[tail] = _shortNames.GetValueOrDefault(tail) + 1;
                }
            }
        }

        public HashSet<string> All { get; } = new(StringComparer.Ordinal);

        public bool IsAmbiguous(string tail) => _shortNames.GetValueOrDefault(tail) > 1;
    }

    /// <summary>True when the PDB describes a type of this name.</summary>
    public bool IsKnown(string name) => _known.Value.All.Contains(name);

    /// <summary>The C# name of a compiler's one. Names of another form come back as they are.</summary>
    public ManagedName Read(string name)
    {
        if (_read.TryGetValue(name, out ManagedName known)) return known;
        ManagedName read = Read(name, 0);
        if (_read.Count >= MaxCached) _read.Clear();
        _read[name] = read;
        return read;
    }

    /// <summary>The compiler's names of the types that a C# name may mean.</summary>
    public IReadOnlyList<string> Find(string typed)
    {
        if (IsKnown(typed)) return [typed];
        return [.. _known.Value.All.Where(name => IsMeant(Read(name), typed)).Order(StringComparer.Ordinal)];
    }

    /// <summary>True when a user may mean a name by what was typed: all of it, or all from some namespace on.</summary>
    public static bool IsMeant(ManagedName name, string typed) =>
        name.Full == typed || name.Short == typed || (name.Full.EndsWith(typed, StringComparison.Ordinal) && name.Full[^(typed.Length + 1)] == '.');

    /// <summary>What the compiler makes of a name: letters, digits and underscores.</summary>
    public static string Sanitize(string name) => NotInIdentifiers().Replace(name, "_");

    private ManagedName Read(string name, int depth)
    {
        if (depth > MaxDepth) return new ManagedName(name, name);
        if (CSharpKeywords.OfCompilerName(name) is { } keyword) return new ManagedName(keyword, keyword);
        if (name.StartsWith(ArrayPrefix, StringComparison.Ordinal) && name[^1] == '>')
        {
            ManagedName element = Read(name[ArrayPrefix.Length..^1], depth + 1);
            return new ManagedName(element.Short + "[]", element.Full + "[]");
        }

        foreach (string kind in (string[])["GCSTATICS", "NONGCSTATICS", "THREADSTATICS"])
        {
            string prefix = "__type__" + kind;
            if (name.StartsWith(prefix, StringComparison.Ordinal)) return Read(name[prefix.Length..], depth + 1).With("__" + kind);
        }

        int arguments = name.IndexOf('<', StringComparison.Ordinal);
        return arguments > 0 && name[^1] == '>' ? ReadGeneric(name[..arguments], name[(arguments + 1)..^1], depth) : ReadPlain(name);
    }

    private ManagedName ReadGeneric(string definition, string arguments, int depth)
    {
        List<ManagedName> read = ReadArguments(arguments, depth);
        ManagedName plain = ReadPlain(definition);
        return new ManagedName($"{plain.Short}<{string.Join(", ", read.Select(a => a.Short))}>", $"{plain.Full}<{string.Join(", ", read.Select(a => a.Full))}>");
    }

    /// <summary>Type arguments between their brackets, joined by two underscores, which may be in their names as well.</summary>
    public List<ManagedName> ReadArguments(string text, int depth = 0)
    {
        List<ManagedName> arguments = [];
        int start = 0;
        while (start < text.Length)
        {
            int end = EndOfArgument(text, start);
            arguments.Add(Read(text[start..end], depth + 1));
            start = end + 2;
        }

        return arguments;
    }

    // The first end at which a known type or a basic one ends; else the first one there is.
    private int EndOfArgument(string text, int start)
    {
        int first = -1;
        for (int at = start; at <= text.Length; at++)
        {
            bool isEnd = at == text.Length || (at > start && at + 2 < text.Length && text[at] == '_' && text[at + 1] == '_' && IsOutsideBrackets(text, start, at));
            if (!isEnd) continue;
            if (first < 0) first = at;
            string candidate = text[start..at];
            if (IsKnown(candidate) || CSharpKeywords.OfCompilerName(candidate) is not null) return at;
        }

        return first;
    }

    private static bool IsOutsideBrackets(string text, int start, int at)
    {
        ReadOnlySpan<char> before = text.AsSpan(start, at - start);
        return before.Count('<') == before.Count('>');
    }

    private ManagedName ReadPlain(string name)
    {
        List<string> path = Path(name, _known.Value.All, out int namespaces);
        string full = string.Join('.', path);
        for (int from = namespaces; from > 0; from--)
        {
            string tail = string.Join('.', path[from..]);
            if (!_known.Value.IsAmbiguous(tail)) return new ManagedName(tail, full);
        }

        return new ManagedName(full, full);
    }

    // Namespaces, then types from the outermost. A known type that a name begins with is the one around it.
    private List<string> Path(string name, HashSet<string> known, out int namespaces)
    {
        for (int at = name.Length - 1; at > 0; at--)
        {
            if (name[at] != '_' || !known.Contains(name[..at])) continue;
            List<string> path = Path(name[..at], known, out namespaces);
            path.Add(Identifier(name[(at + 1)..]));
            return path;
        }

        if (ClosureClass().Match(name) is { Success: true } closure)
        {
            List<string> path = Path(closure.Groups[1].Value, known, out namespaces);
            path.Add(Identifier(closure.Groups[2].Value));
            return path;
        }

        string rest = WithoutAssembly(name);
        if (rest is "_PrivateImplementationDetails_" or "_Module_")
        {
            namespaces = 0;
            return [Identifier(rest)];
        }

        List<string> parts = [.. SingleUnderscore().Split(TypeParameterCount().Replace(rest, ""))];
        namespaces = parts.Count - 1;
        return parts;
    }

    // The assembly is the program's own, one of the framework's (S_P_CoreLib), one that is repeated as a namespace (System_Console_System_Console),
    // or the first part.
    private string WithoutAssembly(string name)
    {
        if (name.StartsWith(_assembly, StringComparison.Ordinal)) return name[_assembly.Length..];
        if (name.StartsWith("Internal_CompilerGenerated_", StringComparison.Ordinal)) return name["Internal_CompilerGenerated_".Length..];
        string[] parts = name.Split('_');
        if (parts is ["S", "P", _, ..]) return string.Join('_', parts[3..]);
        for (int length = parts.Length / 2; length > 0; length--)
        {
            if (parts.AsSpan(0, length).SequenceEqual(parts.AsSpan(length, length))) return string.Join('_', parts[length..]);
        }

        return parts.Length > 1 && parts[0].Length > 0 ? string.Join('_', parts[1..]) : name;
    }

    // What was between < and > in a name that the C# compiler made has underscores there now.
    private static string Identifier(string part)
    {
        if (part == "__c" || part.StartsWith("__c__", StringComparison.Ordinal)) return "<>c" + part[3..];
        if (part is "_PrivateImplementationDetails_" or "_Module_") return $"<{part[1..^1]}>";
        part = TypeParameterCount().Replace(part, "");
        Match made = CompilerMade().Match(part);
        return made.Success ? string.Create(CultureInfo.InvariantCulture, $"<{made.Groups[1].Value}>{made.Groups[2].Value}") : part;
    }

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NotInIdentifiers();

    [GeneratedRegex("^(.*[A-Za-z0-9])_(__c(?:__DisplayClass[0-9_]+)?)$")]
    private static partial Regex ClosureClass();

    // One underscore separates; what follows a second one belongs to the name.
    [GeneratedRegex("(?<=[^_])_(?=.)")]
    private static partial Regex SingleUnderscore();

    [GeneratedRegex("(?<=[A-Za-z0-9])_[0-9]+$")]
    private static partial Regex TypeParameterCount();

    [GeneratedRegex("^_([A-Za-z0-9_]+?)_([a-z]__[A-Za-z0-9_]*)$")]
    private static partial Regex CompilerMade();
}
