namespace NetKd.Symbols.Stores;

/// <summary>A symbol store in a directory, local or on a share: the file itself, a compressed one, or a pointer to it.</summary>
internal static class DirectoryStore
{
    /// <summary>Looks for a file. One that is not compressed was looked into and is the wanted one.</summary>
    /// <param name="search">What is looked for.</param>
    /// <param name="root">The store's directory.</param>
    /// <param name="isCache">True when there are stores behind it: then it may be made only when it gets its first file.</param>
    public static StoreHit? Find(SymbolSearch search, string root, bool isCache)
    {
        root = Path.GetFullPath(root);
        search.Cancellation.ThrowIfCancellationRequested();
        if (!search.Visit(root)) return null;
        if (!Directory.Exists(root))
        {
            if (isCache) Note(search, root, SymbolAttemptOutcome.NotFound, "There is no such directory yet.");
            else Note(search, root, SymbolAttemptOutcome.Unavailable, "There is no such directory, or it may not be read.");
            return null;
        }

        string folder = StoreLayout.Folder(root, search.Key);
        return Plain(search, StoreLayout.Existing(folder, search.Key.FileName))
            ?? Compressed(search, StoreLayout.Existing(folder, StoreLayout.CompressedName(search.Key.FileName)))
            ?? Pointer(search, StoreLayout.Existing(folder, StoreLayout.PointerName));
    }

    private static StoreHit? Plain(SymbolSearch search, string path)
    {
        if (!Exists(search, path)) return null;
        (SymbolAttemptOutcome outcome, string reason) = IdentityCheck.Examine(path, search.Key);
        Note(search, path, outcome, reason);
        return outcome == SymbolAttemptOutcome.Found ? new StoreHit(path, path, IsCompressed: false, IsDownload: false) : null;
    }

    // What it holds is examined when it is unpacked.
    private static StoreHit? Compressed(SymbolSearch search, string path) => Exists(search, path) ? new StoreHit(path, path, IsCompressed: true, IsDownload: false) : null;

    private static StoreHit? Pointer(SymbolSearch search, string path)
    {
        if (!Exists(search, path)) return null;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            byte[] text = new byte[PointerFile.MaxBytes];
            return Follow(search, path, PointerFile.Parse(text.AsSpan(0, stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note(search, path, SymbolAttemptOutcome.Unavailable, e.Message);
            return null;
        }
    }

    /// <summary>Looks at the file that a pointer names.</summary>
    public static StoreHit? Follow(SymbolSearch search, string place, PointerFile pointer)
    {
        if (pointer.Path is null)
        {
            Note(search, place, SymbolAttemptOutcome.NotFound, pointer.Reason);
            return null;
        }

        search.TraceServer($"PTR: {place} - PATH: {pointer.Path}");
        return Plain(search, pointer.Path);
    }

    private static bool Exists(SymbolSearch search, string path)
    {
        if (File.Exists(path)) return true;
        Note(search, path, SymbolAttemptOutcome.NotFound, "There is no such file.");
        return false;
    }

    private static void Note(SymbolSearch search, string path, SymbolAttemptOutcome outcome, string reason)
    {
        search.Note(path, outcome, reason);
        search.TraceServer(outcome switch
        {
            SymbolAttemptOutcome.Found => $"PATH: {path}",
            SymbolAttemptOutcome.NotFound => $"UNC: {path} - file not found",
            SymbolAttemptOutcome.Mismatched => $"UNC: {path} - mismatched: {reason}",
            _ => $"UNC: {path} - {reason}",
        });
    }
}
