using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/timeout</c>: how long the boot menu waits.</summary>
internal sealed class TimeoutCommand() : BcdEditCommand("timeout", "bcdedit [/store FILE] /timeout SECONDS", "Sets how long the boot menu waits.")
{
    private const ulong MostSeconds = 999;

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        if (arguments.Count != 1) throw NotValid();
        if (!ulong.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong seconds) || seconds > MostSeconds)
            throw BcdEditException.DataNotValid("integer", $"The time is a number of seconds from 0 to {MostSeconds}.");
        session.EntryOrNew(BcdAlias.BootManager).Set(WellKnown.Timeout, new BcdValue.Integer(seconds));
        session.SaveAndSucceed();
    }
}
