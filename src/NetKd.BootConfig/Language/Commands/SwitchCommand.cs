using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/debug</c> and its like: one element of one entry, on or off.</summary>
internal sealed class SwitchCommand(string name, uint element, string defaultEntry, bool loadersOnly, string summary)
    : BcdEditCommand(name, $"bcdedit [/store FILE] /{name} [{{ID}}] ON|OFF", summary)
{
    public static SwitchCommand Debug { get; } = new("debug", WellKnown.Debug, "{current}", loadersOnly: true, "Turns the kernel debugger of an entry on or off.");

    public static SwitchCommand BootDebug { get; } = new("bootdebug", WellKnown.BootDebug, "{current}", loadersOnly: false, "Turns the boot debugger of an entry on or off.");

    public static SwitchCommand Event { get; } = new("event", WellKnown.Event, "{current}", loadersOnly: true, "Turns remote event logging of an entry on or off.");

    public static SwitchCommand Ems { get; } = new("ems", WellKnown.Ems, "{current}", loadersOnly: false, "Turns the emergency management services of an entry on or off.");

    public static SwitchCommand BootEms { get; } = new("bootems", WellKnown.BootEms, "{bootmgr}", loadersOnly: false, "Turns the emergency management services of a boot application on or off.");

    public override string Details => $"""
        Without an identifier the entry is {defaultEntry}. In a store file, which does not run, {"{current}"} is the default entry.
        ON is also 1, YES or TRUE; OFF is also 0, NO or FALSE.
        """;

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        (string id, string state) = arguments switch
        {
            [string only] => (defaultEntry, only),
            [string entryId, string on] => (entryId, on),
            _ => throw NotValid(),
        };
        bool isOn = ElementText.ParseBoolean(state);
        BcdObject entry = session.Entry(id);
        if (loadersOnly && entry.Kind != BcdObjectKind.OsLoader)
            throw BcdEditException.NotFound("An error has occurred setting the element data.", $"/{Name} is for Windows boot loader entries; {id} is none.");
        // The boot manager and its like have no loader elements.
        uint type = element == WellKnown.Ems && entry.Kind != BcdObjectKind.OsLoader ? WellKnown.BootEms : element;
        entry.Set(type, new BcdValue.Boolean(isOn));
        session.SaveAndSucceed();
        session.AdviseIfGuarded(BcdElements.ByType(type, entry.Kind));
        if (isOn && type == WellKnown.Debug && session.Store.Find(BcdAlias.DebuggerSettings.Id)?.GetInteger(WellKnown.DebugType) is null or DebuggerSettingsCommand.Local)
            session.Advise("Note: no transport is set yet; /dbgsettings net hostip:W.X.Y.Z port:N sets one.");
    }
}
