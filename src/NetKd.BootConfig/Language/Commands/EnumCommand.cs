using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/enum</c>: lists entries.</summary>
internal sealed class EnumCommand() : BcdEditCommand(
    "enum", "bcdedit [/store FILE] /enum [ACTIVE|FIRMWARE|BOOTAPP|BOOTMGR|OSLOADER|RESUME|INHERIT|ALL|{ID}] [/v]", "Lists entries; without a type those of the boot menu.")
{
    public const string ReadOperation = "An error has occurred reading the entry.";

    private const string IdentifierName = "identifier";

    public override string Details => """
        ACTIVE    the boot manager and the entries of its menu       BOOTMGR   the boot manager
        FIRMWARE  entries of the firmware                            OSLOADER  Windows boot loaders
        BOOTAPP   boot applications                                  RESUME    resume applications
        INHERIT   settings that others inherit                       ALL       all entries
        /v shows identifiers in full instead of their names.
        """;

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        if (arguments.Count > 1) throw NotValid();
        string what = arguments.Count == 0 ? "ACTIVE" : arguments[0];
        BcdObject[] entries = IsIdentifier(what) ? [session.Entry(what, ReadOperation)] : [.. Select(session, what.ToUpperInvariant())];
        if (entries.Length == 0) session.Print("There are no matching objects or the store is empty.");
        foreach (BcdObject entry in entries)
        {
            string title = BcdAlias.TitleOf(entry.Id, entry.Type);
            session.Print();
            session.Print(title);
            session.Print(new string('-', title.Length));
            session.Print(IdentifierName.PadRight(ElementText.ValueColumn) + session.Show(entry.Id));
            PrintElements(session, entry);
        }
    }

    /// <summary>Prints all elements of an entry, one line a value.</summary>
    public static void PrintElements(BcdEditSession session, BcdObject entry)
    {
        foreach (uint type in entry.ElementTypes)
        {
            if (entry.Get(type) is not { } value) continue;
            foreach (string line in ElementText.Lines(BcdElements.ByType(type, entry.Kind), value, session)) session.Print(line);
        }
    }

    private IEnumerable<BcdObject> Select(BcdEditSession session, string what)
    {
        // The boot manager first, then the order of its menu, then the rest.
        BcdObject? manager = session.Store.Find(BcdAlias.BootManager.Id);
        List<BcdObject> menu = [];
        foreach (Guid id in manager?.GetList(WellKnown.DisplayOrder) ?? [])
        {
            if (session.Store.Find(id) is { } entry) menu.Add(entry);
        }

        IEnumerable<BcdObject> first = manager is null ? menu : menu.Prepend(manager);
        if (what == "ACTIVE") return first;
        HashSet<Guid> shown = [.. first.Select(entry => entry.Id)];
        IEnumerable<BcdObject> all = [.. first, .. session.Store.All.Where(entry => !shown.Contains(entry.Id)).OrderBy(entry => entry.Type.Value)];
        return what switch
        {
            "ALL" => all,
            "FIRMWARE" => all.Where(entry => entry.Type.IsFirmware),
            "BOOTAPP" => all.Where(entry => entry.Type.IsApplication && !entry.Type.IsFirmware),
            "BOOTMGR" => all.Where(entry => entry.Type == BcdObjectType.BootManager),
            "OSLOADER" => all.Where(entry => entry.Type == BcdObjectType.OsLoader),
            "RESUME" => all.Where(entry => entry.Type == BcdObjectType.Resume),
            "INHERIT" => all.Where(entry => entry.Type.IsInheritable),
            _ => throw NotValid(),
        };
    }
}
