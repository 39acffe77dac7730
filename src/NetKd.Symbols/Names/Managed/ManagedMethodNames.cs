using System.Text.RegularExpressions;
using NetKd.Symbols.Pdb.Types;

namespace NetKd.Symbols.Names.Managed;

/// <summary>
/// The C# names of methods. The compiler joins type and method by two underscores and numbers overloads (<c>Write</c>, <c>Write_0</c>); the PDB's
/// ids have most methods' own names, beside their types.
/// </summary>
internal sealed partial class ManagedMethodNames
{
    // How many ids are looked at for a sign of C#.
    private const uint MaxExamined = 4096;

    private readonly ManagedTypeNames _types;

    // The method's own name, by its type and the name as the compiler writes it.
    private readonly Lazy<Dictionary<string, string>> _names;

    public ManagedMethodNames(PdbIdTable ids, ManagedTypeNames types)
    {
        _types = types;
        _names = new Lazy<Dictionary<string, string>>(() => ReadNames(ids));
    }

    /// <summary>True when some ids have names that only .NET's languages have.</summary>
    public static bool AreIn(PdbIdTable ids)
    {
        for (uint index = ids.FirstIndex; index < ids.EndIndex && index - ids.FirstIndex < MaxExamined; index++)
        {
            if (ids.TryGet(index, out PdbId id) && id.Kind == PdbIdKind.MemberFunction && (id.Name.EndsWith("::.ctor", StringComparison.Ordinal) || id.Name.EndsWith("::.cctor", StringComparison.Ordinal))) return true;
        }

        return false;
    }

    /// <summary>The C# name of a method's symbol; null when the symbol is none.</summary>
    public ManagedName? Read(string symbol)
    {
        string name = symbol, arguments = "";
        if (symbol.Length > 1 && symbol[^1] == '>' && StartOfArguments(symbol) is > 0 and int start)
        {
            // Brackets at the end are the method's type arguments: those of its type are before the two underscores.
            arguments = symbol[(start + 1)..^1];
            name = symbol[..start];
        }

        if (!TrySplit(name, out string type, out string method)) return null;
        ManagedName result = Compose(_types.Read(type), method);
        if (arguments.Length == 0) return result;
        List<ManagedName> read = _types.ReadArguments(arguments);
        return new ManagedName($"{result.Short}<{string.Join(", ", read.Select(a => a.Short))}>", $"{result.Full}<{string.Join(", ", read.Select(a => a.Full))}>");
    }

    private static Dictionary<string, string> ReadNames(PdbIdTable ids)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        for (uint index = ids.FirstIndex; index < ids.EndIndex; index++)
        {
            if (!ids.TryGet(index, out PdbId id) || id.Kind != PdbIdKind.MemberFunction) continue;
            int separator = id.Name.LastIndexOf("::", StringComparison.Ordinal);
            if (separator <= 0) continue;
            string method = id.Name[(separator + 2)..];
            names.TryAdd($"{id.Name[..separator]}__{ManagedTypeNames.Sanitize(method)}", method);
        }

        return names;
    }

    // The two underscores after a known type whose method is known; else those after the longest known type; else those before what has the form
    // of a method that the compiler named; else the first ones.
    private bool TrySplit(string name, out string type, out string method)
    {
        type = method = "";
        int known = -1, formed = -1, first = -1;
        for (int at = name.IndexOf("__", StringComparison.Ordinal); at >= 0; at = name.IndexOf("__", at + 1, StringComparison.Ordinal))
        {
            if (at == 0 || at + 2 >= name.Length || !IsOutsideBrackets(name, at)) continue;
            if (first < 0) first = at;
            type = name[..at];
            if (TryFindMethod(type, name[(at + 2)..], out method)) return true;
            if (_types.IsKnown(type)) known = at;
            bool isMadeType = type.EndsWith("__Module_", StringComparison.Ordinal) || type.EndsWith("__PrivateImplementationDetails_", StringComparison.Ordinal);
            if (isMadeType || Restore(name[(at + 2)..]) is ['.' or '<', ..]) formed = at;
        }

        // Other symbols of the compiler have two underscores as well: only one that begins like a type is a method.
        if (known < 0 && formed < 0 && (first < 0 || name[0] == '_' || !name.AsSpan(0, first).Contains('_'))) return false;
        int split = known > 0 ? known : formed > 0 ? formed : first;
        type = name[..split];
        method = Restore(name[(split + 2)..]);
        return true;
    }

    private bool TryFindMethod(string type, string mangled, out string method)
    {
        if (_names.Value.TryGetValue($"{type}__{mangled}", out method!)) return true;
        Match overload = OverloadNumber().Match(mangled);
        return overload.Success && _names.Value.TryGetValue($"{type}__{mangled[..overload.Index]}", out method!);
    }

    private static bool IsOutsideBrackets(string name, int at)
    {
        ReadOnlySpan<char> before = name.AsSpan(0, at);
        return before.Count('<') == before.Count('>');
    }

    // The bracket that the last one closes, when it is after the two underscores between type and method.
    private static int StartOfArguments(string symbol)
    {
        int depth = 0;
        for (int at = symbol.Length - 1; at > 0; at--)
        {
            if (symbol[at] == '>') depth++;
            if (symbol[at] == '<' && --depth == 0) return symbol.LastIndexOf("__", at, StringComparison.Ordinal) > 0 ? at : -1;
        }

        return -1;
    }

    // Without an id: a constructor, a lambda or a local function is recognized by what is left of its name.
    private static string Restore(string mangled)
    {
        Match overload = OverloadNumber().Match(mangled);
        string plain = overload.Success ? mangled[..overload.Index] : mangled;
        if (plain is "_ctor" or "_cctor") return "." + plain[1..];
        Match made = MangledClosure().Match(mangled);
        if (!made.Success) return mangled;
        return made.Groups[2].Value == "b" ? $"<{made.Groups[1].Value}>b__{made.Groups[3].Value}" : $"<{made.Groups[1].Value}>g__{made.Groups[3].Value}";
    }

    private static ManagedName Compose(ManagedName type, string method)
    {
        Match closure = Closure().Match(method);
        if (closure.Success)
        {
            ManagedName outer = new(ClosureClass().Replace(type.Short, ""), ClosureClass().Replace(type.Full, ""));
            string name = closure.Groups[3].Value.Replace('|', '_');
            return outer.With($"{closure.Groups[1].Value}.{(closure.Groups[2].Value == "b" ? "lambda_" : "")}{name}");
        }

        return type.With(MethodText(type, method));
    }

    private static string MethodText(ManagedName type, string method)
    {
        if (method == ".ctor") return SimpleName(type.Short);
        if (method == ".cctor") return method;
        foreach (string accessor in (string[])["get", "set", "add", "remove"])
        {
            if (method.Length > accessor.Length + 1 && method.StartsWith(accessor + "_", StringComparison.Ordinal)) return $"{method[(accessor.Length + 1)..]}.{accessor}";
        }

        return OperatorText(method) ?? method;
    }

    // A type's own name, without the types around it and its arguments.
    private static string SimpleName(string type)
    {
        int arguments = type.IndexOf('<', StringComparison.Ordinal);
        if (arguments > 0) type = type[..arguments];
        return type[(type.LastIndexOf('.') + 1)..];
    }

    private static string? OperatorText(string method) => method switch
    {
        "op_Addition" or "op_UnaryPlus" => "operator+",
        "op_Subtraction" or "op_UnaryNegation" => "operator-",
        "op_Multiply" => "operator*",
        "op_Division" => "operator/",
        "op_Modulus" => "operator%",
        "op_BitwiseAnd" => "operator&",
        "op_BitwiseOr" => "operator|",
        "op_ExclusiveOr" => "operator^",
        "op_LeftShift" => "operator<<",
        "op_RightShift" => "operator>>",
        "op_UnsignedRightShift" => "operator>>>",
        "op_Equality" => "operator==",
        "op_Inequality" => "operator!=",
        "op_LessThan" => "operator<",
        "op_GreaterThan" => "operator>",
        "op_LessThanOrEqual" => "operator<=",
        "op_GreaterThanOrEqual" => "operator>=",
        "op_LogicalNot" => "operator!",
        "op_OnesComplement" => "operator~",
        "op_Increment" => "operator++",
        "op_Decrement" => "operator--",
        "op_True" => "operator.true",
        "op_False" => "operator.false",
        "op_Implicit" => "operator.implicit",
        "op_Explicit" => "operator.explicit",
        _ => null,
    };

    [GeneratedRegex("_[0-9]+$")]
    private static partial Regex OverloadNumber();

    // <Main>b__0_0 is a lambda of Main, <Main>g__Local|0_0 a local function.
    [GeneratedRegex("^<(.+)>([bg])__(.+)$")]
    private static partial Regex Closure();

    [GeneratedRegex("^_([A-Za-z0-9_]+?)_([bg])__([A-Za-z0-9_]+)$")]
    private static partial Regex MangledClosure();

    [GeneratedRegex(@"\.<>c[A-Za-z0-9_]*$")]
    private static partial Regex ClosureClass();
}
