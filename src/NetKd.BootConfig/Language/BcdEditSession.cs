using NetKd.BootConfig.Bcd;
using NetKd.BootConfig.Hives;

namespace NetKd.BootConfig.Language;

/// <summary>One command at work: its store, the entries that it names, and what it will print when all went well.</summary>
internal sealed class BcdEditSession(BcdEditArguments arguments, BcdEditEnvironment environment, TextWriter errors)
{
    private readonly StringBuilder _output = new();
    private BcdStore? _store;
    private string _path = "";

    public BcdEditEnvironment Environment => environment;

    public bool IsVerbose => arguments.IsVerbose;

    /// <summary>Several commands share one save, <see cref="SaveDeferred"/>: all or nothing.</summary>
    public bool DefersSave { get; init; }

    /// <summary>What the command printed. It is shown after the store was saved.</summary>
    public string Output => _output.ToString();

    /// <summary>The store that <c>/store</c> names.</summary>
    public BcdStore Store => _store ??= OpenNamed();

    public void Print(string line = "") => _output.AppendLine(Printable(line));

    /// <summary>A line of advice. Advice is no part of a command's output.</summary>
    public void Advise(string line) => errors.WriteLine(line);

    /// <summary>Opens a store file with the logs beside it.</summary>
    public BcdStore Open(string path)
    {
        const string Operation = "The boot configuration data store could not be opened.";
        try
        {
            Hive hive = HiveFile.Open(path, environment.Files);
            if (hive.Recovery is { } recovery) Advise($"Note: {Path.GetFileName(path)}: {recovery}.");
            return BcdStore.Open(hive);
        }
        catch (FileNotFoundException)
        {
            throw BcdEditException.Store(Operation, $"The system cannot find the file specified: {path}");
        }
        catch (HiveFormatException e)
        {
            throw BcdEditException.Store(Operation, $"{path} is damaged or no store: {e.Message}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BcdEditException.Store(Operation, e.Message);
        }
    }

    /// <summary>Saves a store.</summary>
    public void Save(BcdStore store, string path)
    {
        try
        {
            HiveFile.Save(store.Hive, path, environment.Files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BcdEditException.Store("The boot configuration data store could not be saved; it is as it was.", e.Message);
        }
    }

    /// <summary>Saves the store that <c>/store</c> names, and says that all went well.</summary>
    public void SaveAndSucceed(bool announces = true)
    {
        BcdStore store = Store;
        if (!DefersSave) Save(store, _path);
        if (announces) Succeed();
    }

    /// <summary>Saves what the commands before changed.</summary>
    public void SaveDeferred() => Save(Store, _path);

    /// <summary>Puts a whole other store in place of the one that <c>/store</c> names.</summary>
    public void Replace(BcdStore other)
    {
        // The old one must be a store: a name typed wrong must not cost a file.
        _ = Store;
        Save(other, _path);
    }

    public void Succeed() => Print("The operation completed successfully.");

    /// <summary>The identifier that a text means, whether the store has such an entry or not.</summary>
    public Guid Identifier(string text)
    {
        if (text.Length > 2 && text[0] == '{' && text[^1] == '}')
        {
            if (Guid.TryParseExact(text, "B", out Guid id)) return id;
            if (BcdAlias.ByName(text[1..^1]) is { } alias) return alias == BcdAlias.Default || alias == BcdAlias.Current ? DefaultEntry(text) : alias.Id;
        }

        throw BcdEditException.BadIdentifier(BcdEditArguments.Shorten(text));
    }

    /// <summary>The entry that a text means; without it the operation fails, in its own words.</summary>
    public BcdObject Entry(string text, string operation = "An error has occurred setting the element data.")
    {
        Guid id = Identifier(text);
        return Store.Find(id) ?? throw BcdEditException.NotFound(operation, $"The store has no entry {text}; /enum all lists its entries, /create makes one.");
    }

    /// <summary>The object with a name of its own; made when the store lacks it.</summary>
    public BcdObject EntryOrNew(BcdAlias alias) => Store.Find(alias.Id) ?? ObjectTemplates.Create(Store, alias.Id, alias.Type);

    /// <summary>How a listing shows an identifier.</summary>
    public string Show(Guid id)
    {
        if (!IsVerbose)
        {
            if (Store.DefaultId == id) return "{default}";
            if (BcdAlias.ById(id) is { } alias && alias != BcdAlias.Default && alias != BcdAlias.Current) return $"{{{alias.Name}}}";
        }

        return id.ToString("B");
    }

    /// <summary>Says that Secure Boot and BitLocker look at this element (facts: kernel-debugging-docs, C.8).</summary>
    public void AdviseIfGuarded(BcdElement element)
    {
        if (!element.IsGuarded) return;
        Advise($"Note: Secure Boot and BitLocker check \"{element.Name}\". On the machine that boots from this store, turn off Secure Boot and suspend BitLocker before its next start, or it ignores the value or asks for the recovery key.");
    }

    private static string Printable(string line) => string.Concat(line.Select(c => char.IsControl(c) ? '?' : c));

    // A store file does not run: there is no current entry. The default one is what the machine would run.
    private Guid DefaultEntry(string text)
    {
        if (Store.DefaultId is { } id && Store.Find(id) is not null) return id;
        BcdObject[] loaders = [.. Store.All.Where(entry => entry.Type == BcdObjectType.OsLoader).Take(2)];
        if (loaders.Length == 1) return loaders[0].Id;
        throw BcdEditException.NotFound(
            $"The entry {text} is not known.",
            loaders.Length == 0
                ? "The store has no boot loader entry; make one with /create /d NAME /application osloader."
                : "The store has several boot loader entries and no default; name one, or choose with /default {ID}.");
    }

    private BcdStore OpenNamed()
    {
        if (arguments.Store is null)
        {
            throw new BcdEditException(
                BcdEdit.Usage,
                "The boot configuration data store could not be opened.",
                "This system has no store of its own: name a store file with /store FILE, as in netkd bcdedit /store /mnt/efi/EFI/Microsoft/Boot/BCD /enum");
        }

        // Saving replaces a name; through a link that must be the name of the file itself.
        _path = arguments.Store;
        if (File.Exists(_path) && File.ResolveLinkTarget(_path, returnFinalTarget: true) is { } target) _path = target.FullName;
        return Open(_path);
    }
}
