namespace NetKd.Symbols.Stores;

/// <summary>
/// A directory of symbol files that is no store. Each directory stands for three (Microsoft Learn, "Symbol path for Windows debuggers"):
/// itself, and those for the image's kind, <c>dll</c> and <c>symbols/dll</c>. A store named without <c>srv*</c> is understood too.
/// </summary>
internal static class PlainDirectory
{
    private static readonly string[] s_usualExtensions = ["exe", "dll", "sys"];

    /// <summary>Looks for the file; its path, or null.</summary>
    public static string? Find(SymbolSearch search, string directory)
    {
        if (!Directory.Exists(directory))
        {
            if (search.Visit(directory)) Note(search, directory, SymbolAttemptOutcome.Unavailable, "There is no such directory, or it may not be read.");
            return null;
        }

        SymbolKey key = search.Key;
        if (Try(search, Path.Combine(directory, key.FileName)) is { } found) return found;
        foreach (string extension in key.ImageExtension.Length > 0 ? [key.ImageExtension] : s_usualExtensions)
        {
            found = Try(search, Path.Combine(directory, extension, key.FileName)) ?? Try(search, Path.Combine(directory, "symbols", extension, key.FileName));
            if (found is not null) return found;
        }

        return Try(search, Path.Combine(directory, key.FileName, key.Index, key.FileName));
    }

    /// <summary>Looks at one file; its full path when it is the wanted one.</summary>
    public static string? Try(SymbolSearch search, string path)
    {
        path = Path.GetFullPath(path);
        search.Cancellation.ThrowIfCancellationRequested();
        if (!search.Visit(path)) return null;
        if (!File.Exists(path))
        {
            Note(search, path, SymbolAttemptOutcome.NotFound, "There is no such file.");
            return null;
        }

        (SymbolAttemptOutcome outcome, string reason) = IdentityCheck.Examine(path, search.Key);
        Note(search, path, outcome, reason);
        return outcome == SymbolAttemptOutcome.Found ? path : null;
    }

    private static void Note(SymbolSearch search, string path, SymbolAttemptOutcome outcome, string reason)
    {
        search.Note(path, outcome, reason);
        search.TraceSearch(outcome switch
        {
            SymbolAttemptOutcome.Found => $"{path} - OK",
            SymbolAttemptOutcome.NotFound => $"{path} - file not found",
            SymbolAttemptOutcome.Mismatched => $"{path} - mismatched: {reason}",
            _ => $"{path} - {reason}",
        });
    }
}
