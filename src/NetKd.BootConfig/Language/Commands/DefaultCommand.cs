using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/default</c>: the entry that starts when the time is over.</summary>
internal sealed class DefaultCommand() : BcdEditCommand("default", "bcdedit [/store FILE] /default {ID}", "Sets the entry that starts when the time is over.")
{
    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        if (arguments.Count != 1) throw NotValid();
        Guid id = session.Entry(arguments[0]).Id;
        session.EntryOrNew(BcdAlias.BootManager).Set(WellKnown.Default, new BcdValue.Object(id));
        session.SaveAndSucceed();
    }
}
