using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/hypervisorsettings</c>: shows or sets the debugger settings of the hypervisor.</summary>
internal sealed class HypervisorSettingsCommand() : BcdEditCommand(
    "hypervisorsettings",
    "bcdedit [/store FILE] /hypervisorsettings [NET|SERIAL|1394 [PARAMETERS]]",
    "Shows or sets the hypervisor's debugger settings.")
{
    private const ulong Serial = 0;
    private const ulong Ieee1394 = 1;
    private const ulong DefaultDebugPort = 1;
    private const ulong DefaultBaudRate = 115200;

    public override string Details => """
        NET     hostip:W.X.Y.Z or hostipv6:ADDRESS, port:N, [key:K | newkey], [nodhcp], [busparams:B.D.F]
        SERIAL  [debugport:N] [baudrate:9600|19200|38400|57600|115200]
        1394    [channel:0..62]
        The settings do not turn the hypervisor's debugger on: /set {ID} hypervisordebug on does. Kernel and hypervisor need different ports.
        """;

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            EnumCommand.PrintElements(session, session.Entry("{hypervisorsettings}", EnumCommand.ReadOperation));
            session.Succeed();
            return;
        }

        if (!BcdEnumerations.HypervisorDebuggerTypes.TryParse(arguments[0], out ulong type)) throw NotValid($"\"{BcdEditArguments.Shorten(arguments[0])}\" is no debugger type: NET, SERIAL or 1394.");
        BcdObject settings = session.EntryOrNew(BcdAlias.HypervisorSettings);
        IEnumerable<string> parameters = arguments.Skip(1);
        string name = BcdEnumerations.HypervisorDebuggerTypes.NameOf(type)!.ToUpperInvariant();
        switch (type)
        {
            case Serial:
                DebuggerParameters serial = DebuggerParameters.Parse(Name, name, parameters, ["debugport", "baudrate"], []);
                serial.Apply(session, settings, "debugport", WellKnown.HypervisorDebugPort, DefaultDebugPort);
                serial.Apply(session, settings, "baudrate", WellKnown.HypervisorBaudRate, DefaultBaudRate);
                break;
            case Ieee1394:
                DebuggerParameters.Parse(Name, name, parameters, ["channel"], []).Apply(session, settings, "channel", WellKnown.HypervisorChannel, 0);
                break;
            default:
                NetworkSettings.Hypervisor.Apply(session, settings, DebuggerParameters.Parse(Name, name, parameters, NetworkSettings.Valued, NetworkSettings.Words));
                break;
        }

        settings.Set(WellKnown.HypervisorDebugType, new BcdValue.Integer(type));
        session.SaveAndSucceed();
    }
}
