namespace NetKd.Symbols.Pdb.Lines;

/// <summary>Compares source files the way users name them: by any trailing part of the path, letter case and slash direction not counting.</summary>
internal static class SourcePath
{
    /// <summary>True when <paramref name="wanted"/> is the path or ends it after a slash.</summary>
    public static bool Matches(string path, string wanted)
    {
        if (wanted.Length == 0 || wanted.Length > path.Length) return false;
        int start = path.Length - wanted.Length;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (Fold(path[start + i]) != Fold(wanted[i])) return false;
        }

        return start == 0 || Fold(path[start - 1]) == '/' || Fold(wanted[0]) == '/';
    }

    private static char Fold(char c) => c == '\\' ? '/' : char.ToLowerInvariant(c);
}
