namespace NetKd.Symbols.Stores;

/// <summary>Takes one symbol path apart.</summary>
internal sealed class SymbolPathParser(string text, SymbolFolders folders)
{
    private const int MaxElements = 256;
    private const int MaxStores = 16;
    private const string ServerPrefix = "srv*";
    private const string LongServerPrefix = "symsrv*";
    private const string CachePrefix = "cache*";
    private const string ServerLibrary = "symsrv.dll";

    private readonly List<SymbolPathElement> _elements = [];
    private readonly List<string> _shown = [];
    private readonly List<string> _expanded = [];
    private readonly List<string> _warnings = [];

    public SymbolPath Parse()
    {
        string[] elements = text.Split(';', MaxElements + 1, StringSplitOptions.TrimEntries);
        if (elements.Length > MaxElements) _warnings.Add($"Only the first {MaxElements} elements of the symbol path are used.");
        foreach (string element in elements.Take(MaxElements))
        {
            string trimmed = element.Trim('"').Trim();
            if (trimmed.Length > 0) Add(trimmed);
        }

        return new SymbolPath(text, folders, _elements, string.Join(';', _shown), string.Join(';', _expanded), _warnings);
    }

    private void Add(string element)
    {
        if (Is(element, ServerPrefix)) AddServer(element, element[..ServerPrefix.Length], element[ServerPrefix.Length..]);
        else if (Is(element, LongServerPrefix)) AddLongServer(element);
        else if (Is(element, CachePrefix)) AddCache(element);
        else if (element.Contains('*', StringComparison.Ordinal)) AddServer(element, "", element);
        else if (Address(element) is { } server) AddBareServer(server);
        else if (Usable(element, element)) Add(new DirectoryElement(element, element));
    }

    private void AddLongServer(string element)
    {
        string rest = element[LongServerPrefix.Length..];
        int end = rest.IndexOf('*', StringComparison.Ordinal);
        string library = end < 0 ? rest : rest[..end];
        if (!library.Equals(ServerLibrary, StringComparison.OrdinalIgnoreCase))
            _warnings.Add($"{Shown(element)}: the symbol server library \"{Masked(library)}\" is not loaded; only {ServerLibrary} is understood (symsrv*{ServerLibrary}*STORE, or srv*STORE).");
        else AddServer(element, $"{element[..LongServerPrefix.Length]}{library}*", end < 0 ? "" : rest[(end + 1)..]);
    }

    private void AddServer(string element, string prefix, string rest)
    {
        if (rest.Length == 0)
        {
            // kd shows what a bare srv* means: the default cache before Microsoft's public store.
            string cache = CachePrefix + (folders.IsChosen ? folders.DownstreamStore : "");
            string server = $"SRV*{SymbolFolders.PublicStore}";
            _elements.Add(new CacheElement(cache, StoreLocation.InDirectory(folders.DownstreamStore)));
            _elements.Add(new ServerElement(server, [StoreLocation.OnServer(SymbolFolders.PublicStore)]));
            _shown.Add(element);
            _expanded.Add($"{cache};{server}");
            return;
        }

        string[] parts = rest.Split('*', MaxStores + 1, StringSplitOptions.TrimEntries);
        if (parts.Length > MaxStores) _warnings.Add($"{Shown(element)}: only the first {MaxStores} stores are used.");
        List<StoreLocation> stores = [];
        List<string> shown = [];
        foreach (string part in parts.Take(MaxStores))
        {
            StoreLocation? store = Location(element, part);
            shown.Add(Masked(part));
            if (store is null || stores.Contains(store)) continue;
            if (store.Server is not null && prefix.Length == 0) _warnings.Add($"{Shown(element)}: a server needs srv* before it: srv*{Shown(element)}. It is taken so.");
            stores.Add(store);
        }

        string text = prefix + string.Join('*', shown);
        if (stores.Count > 0) Add(new ServerElement(text, stores));
    }

    private void AddCache(string element)
    {
        string directory = element[CachePrefix.Length..].Trim();
        if (directory.Contains('*', StringComparison.Ordinal)) _warnings.Add($"{Shown(element)}: cache* takes one directory; put a semicolon before the next element.");
        else if (Address(directory) is not null) _warnings.Add($"{Shown(element)}: a server cannot be a cache; name a directory.");
        else if (Location(element, directory) is { } store) Add(new CacheElement(element, store));
    }

    private void AddBareServer(Uri server)
    {
        string shown = StoreLocation.Masked(server);
        _warnings.Add($"{shown}: a server needs srv* before it: srv*{shown}. It is taken so.");
        Add(new ServerElement($"srv*{shown}", [StoreLocation.OnServer(server)]));
    }

    private void Add(SymbolPathElement element)
    {
        _elements.Add(element);
        _shown.Add(element.Text);
        _expanded.Add(element.Text);
    }

    private StoreLocation? Location(string element, string part)
    {
        if (part.Length == 0) return StoreLocation.InDirectory(folders.DownstreamStore);
        if (Address(part) is { } server) return StoreLocation.OnServer(server);
        return Usable(element, part) ? StoreLocation.InDirectory(part) : null;
    }

    private bool Usable(string element, string directory)
    {
        string? reason = Refusal(directory);
        if (reason is not null) _warnings.Add($"{Shown(element)}: {reason}");
        else if (directory.Count(c => c == '%') >= 2) _warnings.Add($"{Shown(element)}: variables are not expanded in a symbol path; the text is taken as it stands.");
        return reason is null;
    }

    private static string? Refusal(string directory)
    {
        if (directory.Contains("://", StringComparison.Ordinal)) return "a server has a complete address with http:// or https://, and a directory is named by its path.";
        if (directory.Any(char.IsControl)) return "a path holds no control characters.";
        if (OperatingSystem.IsWindows()) return null;
        if (directory.StartsWith(@"\\", StringComparison.Ordinal)) return "this system reaches a share through a mount: mount it, and name the directory where it is mounted.";
        if (directory.Length >= 2 && directory[1] == ':' && char.IsAsciiLetter(directory[0])) return "this system has no drives; name a directory by its path from /.";
        if (directory == "~" || directory.StartsWith("~/", StringComparison.Ordinal)) return "~ is not expanded in a symbol path; write your home directory out.";
        return null;
    }

    private static Uri? Address(string part) =>
        (Is(part, "http://") || Is(part, "https://")) && Uri.TryCreate(part, UriKind.Absolute, out Uri? server) && server.Host.Length > 0 ? server : null;

    // Where an address in an element holds a password, or what looks like a token, nobody else should read it in a message.
    private static string Shown(string element) => string.Join('*', element.Split('*').Select(Masked));

    private static string Masked(string part) => Address(part.Trim()) is { } server ? StoreLocation.Masked(server) : StoreLocation.Masked(part);

    private static bool Is(string element, string prefix) => element.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
