using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/create</c>: a new entry.</summary>
internal sealed class CreateCommand() : BcdEditCommand(
    "create",
    "bcdedit [/store FILE] /create [{NAME}] [/d DESCRIPTION] [/application BOOTSECTOR|OSLOADER|RESUME|STARTUP | /inherit [BOOTMGR|OSLOADER|RESUME|DEVICE] | /device]",
    "Makes an entry.")
{
    public override string Details => """
        {NAME} is a known name such as {bootmgr} or {dbgsettings}; it decides what the entry is. Without a name one of /application, /inherit
        and /device does, and the new entry gets a random identifier, which is printed.
        """;

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        Guid? id = null;
        BcdObjectType? type = null;
        string? description = null;
        for (int i = 0; i < arguments.Count; i++)
        {
            string? next = i + 1 < arguments.Count ? arguments[i + 1] : null;
            switch (BcdEditArguments.Switch(arguments[i]))
            {
                case null when IsIdentifier(arguments[i]) && id is null:
                    (id, type) = Named(arguments[i]);
                    break;
                case "d" when next is not null:
                    description = arguments[++i];
                    break;
                case "application" when next is not null && type is null:
                    type = Application(arguments[++i]);
                    break;
                case "inherit" when type is null:
                    bool isNamed = next is not null && BcdEditArguments.Switch(next) is null;
                    type = Inheritable(isNamed ? arguments[++i] : "");
                    break;
                case "device" when type is null:
                    type = BcdObjectType.DeviceOptions;
                    break;
                default:
                    throw NotValid();
            }
        }

        if (type is not { } kind) throw NotValid();
        Create(session, id ?? Guid.NewGuid(), kind, description);
    }

    private static void Create(BcdEditSession session, Guid id, BcdObjectType type, string? description)
    {
        if (session.Store.Find(id) is not null)
            throw BcdEditException.Store("An error occurred while attempting the specified create operation.", $"The specified entry already exists: {session.Show(id)}");
        BcdObject made = ObjectTemplates.Create(session.Store, id, type);
        if (description is not null) made.Set(WellKnown.Description, new BcdValue.String(description));
        session.Print($"The entry {session.Show(id)} was successfully created.");
        session.SaveAndSucceed(announces: false);
    }

    private static (Guid Id, BcdObjectType Type) Named(string text)
    {
        BcdAlias? alias = BcdAlias.ByName(text.Trim('{', '}'));
        if (alias is null || alias == BcdAlias.Current || alias == BcdAlias.Default) throw BcdEditException.BadIdentifier(BcdEditArguments.Shorten(text));
        return (alias.Id, alias.Type);
    }

    private BcdObjectType Application(string text) => text.ToUpperInvariant() switch
    {
        "OSLOADER" => BcdObjectType.OsLoader,
        "RESUME" => BcdObjectType.Resume,
        "BOOTSECTOR" => BcdObjectType.BootSector,
        "STARTUP" => BcdObjectType.Startup,
        _ => throw NotValid(),
    };

    private BcdObjectType Inheritable(string text) => text.ToUpperInvariant() switch
    {
        "" => BcdObjectType.Settings,
        "BOOTMGR" => new BcdObjectType(0x20200002),
        "OSLOADER" => BcdObjectType.LoaderSettings,
        "RESUME" => BcdObjectType.ResumeSettings,
        "DEVICE" => new BcdObjectType(0x20300000),
        _ => throw NotValid(),
    };
}
