namespace NetKd.SymbolPeers.LlvmTools;

/// <summary>Names as LLVM's demangler writes them for a linker's name: with return type, access and parameters.</summary>
internal static class DemangledName
{
    /// <summary>Template arguments as clang's debug information writes them.</summary>
    public static string Plain(string name) => WithoutParameters(name)
        .Replace("unsigned __int64", "unsigned long long", StringComparison.Ordinal)
        .Replace("__int64", "long long", StringComparison.Ordinal)
        .Replace("struct ", "", StringComparison.Ordinal)
        .Replace("class ", "", StringComparison.Ordinal)
        .Replace("enum ", "", StringComparison.Ordinal)
        .Replace(", ", ",", StringComparison.Ordinal);

    /// <summary>Takes the parameters off, behind the last parenthesis that is closed at the end: <c>a::f&lt;void (int)&gt;(int *)</c> is <c>a::f&lt;void (int)&gt;</c>.</summary>
    public static string WithoutParameters(string name)
    {
        int depth = 0;
        string plain = name.EndsWith(" const", StringComparison.Ordinal) ? name[..^6] : name;
        if (!plain.EndsWith(')') || plain.EndsWith("operator()", StringComparison.Ordinal)) return name;
        for (int i = plain.Length - 1; i > 0; i--)
        {
            if (plain[i] == ')') depth++;
            else if (plain[i] == '(' && --depth == 0) return plain[..i];
        }

        return name;
    }
}
