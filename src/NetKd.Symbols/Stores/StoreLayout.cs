namespace NetKd.Symbols.Stores;

/// <summary>Where a store in a directory keeps a file (Microsoft Learn, "Symbol store folder tree").</summary>
internal static class StoreLayout
{
    /// <summary>A file of this name in a store's root says that it has two tiers: folders of the first two characters of the names.</summary>
    public const string TwoTierMarker = "index2.txt";

    /// <summary>The name of a file that says where the wanted one is.</summary>
    public const string PointerName = "file.ptr";

    /// <summary>The folder of a file in a store; names that differ in case only are taken where the file system tells them apart.</summary>
    public static string Folder(string root, SymbolKey key)
    {
        string folder = File.Exists(Path.Combine(root, TwoTierMarker)) ? Existing(root, FirstTier(key)) : root;
        return Existing(Existing(folder, key.FileName), key.Index);
    }

    /// <summary>The same for an address: its path, with slashes.</summary>
    public static string RelativeFolder(SymbolKey key, bool twoTier) => (twoTier ? Uri.EscapeDataString(FirstTier(key)) + "/" : "") + $"{Uri.EscapeDataString(key.FileName)}/{key.Index}";

    /// <summary>The name that a file has when it is stored compressed: the last character becomes an underscore.</summary>
    public static string CompressedName(string fileName) => fileName[..^1] + "_";

    /// <summary>A file's path in a folder, taking one whose name differs in case only.</summary>
    public static string Existing(string folder, string name)
    {
        string exact = Path.Combine(folder, name);
        if (OperatingSystem.IsWindows() || Path.Exists(exact) || !Directory.Exists(folder)) return exact;
        // Stores made on Windows hold names in any case. The name is no pattern: * and ? are refused with the key.
        EnumerationOptions ignoringCase = new() { MatchCasing = MatchCasing.CaseInsensitive, MatchType = MatchType.Simple, IgnoreInaccessible = true, AttributesToSkip = 0 };
        return Directory.EnumerateFileSystemEntries(folder, name, ignoringCase).Order(StringComparer.Ordinal).FirstOrDefault() ?? exact;
    }

    private static string FirstTier(SymbolKey key) => key.FileName[..Math.Min(2, key.FileName.Length)];
}
