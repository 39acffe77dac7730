using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/emssettings</c>: the port of the emergency management services.</summary>
internal sealed class EmsSettingsCommand() : BcdEditCommand(
    "emssettings",
    "bcdedit [/store FILE] /emssettings [BIOS | EMSPORT:N [EMSBAUDRATE:9600|19200|38400|57600|115200]]",
    "Sets the port of the emergency management services for all entries.")
{
    private const ulong DefaultBaudRate = 9600;

    public override string Details => "BIOS takes the port from the firmware and removes the other settings. The rate is 9600 when not given.";

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        BcdObject settings = session.EntryOrNew(BcdAlias.EmsSettings);
        if (arguments.Count == 0)
        {
            EnumCommand.PrintElements(session, settings);
            session.Succeed();
            return;
        }

        if (arguments is [string only] && only.Equals("BIOS", StringComparison.OrdinalIgnoreCase))
        {
            settings.Remove(WellKnown.EmsPort);
            settings.Remove(WellKnown.EmsBaudRate);
        }
        else
        {
            DebuggerParameters given = DebuggerParameters.Parse(Name, "EMS", arguments, ["emsport", "emsbaudrate"], []);
            given.Require("emsport", "N");
            given.Apply(session, settings, "emsport", WellKnown.EmsPort);
            given.Apply(session, settings, "emsbaudrate", WellKnown.EmsBaudRate, DefaultBaudRate);
        }

        session.SaveAndSucceed();
    }
}
