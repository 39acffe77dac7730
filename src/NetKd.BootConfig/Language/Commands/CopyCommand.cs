using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/copy</c>: a second entry like another.</summary>
internal sealed class CopyCommand() : BcdEditCommand("copy", "bcdedit [/store FILE] /copy {ID} /d DESCRIPTION", "Copies an entry.")
{
    public override string Details => "The copy of an entry of the boot menu becomes the last one of the menu. Its identifier is printed.";

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        if (arguments.Count != 3 || BcdEditArguments.Switch(arguments[1]) != "d") throw NotValid();
        BcdObject source = session.Entry(arguments[0]);
        BcdObject copy = session.Store.Add(Guid.NewGuid(), source.Type);
        foreach (uint type in source.ElementTypes)
        {
            if (source.Get(type) is { } value) copy.Set(type, value);
        }

        copy.Set(WellKnown.Description, new BcdValue.String(arguments[2]));
        BcdObject? manager = session.Store.Find(BcdAlias.BootManager.Id);
        if (manager?.GetList(WellKnown.DisplayOrder) is { } menu && menu.Contains(source.Id)) manager.SetList(WellKnown.DisplayOrder, [.. menu, copy.Id]);
        session.Print($"The entry was successfully copied to {copy.Id:B}.");
        session.SaveAndSucceed(announces: false);
    }
}
