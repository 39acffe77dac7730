using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/dbgsettings</c>: shows or replaces the debugger settings for all entries.</summary>
internal sealed class DebuggerSettingsCommand() : BcdEditCommand(
    "dbgsettings",
    "bcdedit [/store FILE] /dbgsettings [NET|SERIAL|USB|1394|LOCAL [PARAMETERS] [/start ACTIVE|AUTOENABLE|DISABLE] [/noumex]]",
    "Shows or sets the debugger settings for all entries.")
{
    public const ulong Local = 4;

    private const ulong Serial = 0;
    private const ulong Ieee1394 = 1;
    private const ulong Usb = 2;
    private const ulong Net = 3;
    private const ulong DefaultDebugPort = 1;
    private const ulong DefaultBaudRate = 115200;

    public override string Details => """
        NET     hostip:W.X.Y.Z or hostipv6:ADDRESS, port:N, [key:K | newkey], [nodhcp], [busparams:B.D.F]
                The host is the computer that runs the debugger. port: 49152 to 65535. Without key: the key in the store stays; where there
                is none, or with newkey, a new random key of 256 bits is made and printed. nodhcp: the target asks no DHCP server.
        SERIAL  [debugport:N] [baudrate:9600|19200|38400|57600|115200]    COM1 at 115200 when not given
        USB     targetname:NAME    up to 24 of -, _, 0-9, A-Z, a-z, without "debug"
        1394    [channel:0..62]    0 when not given
        LOCAL   no parameters

        /start  ACTIVE: from the start on (when not given); AUTOENABLE: when an exception occurs; DISABLE: when kdbgctrl enables it.
        /noumex The kernel debugger ignores exceptions of user programs.
        The settings do not turn debugging on: /debug on does.
        """;

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            EnumCommand.PrintElements(session, session.Entry("{dbgsettings}", EnumCommand.ReadOperation));
            session.Succeed();
            return;
        }

        List<string> parameters = [.. arguments.Skip(1)];
        ulong? start = TakeStart(parameters);
        bool ignoresUserMode = parameters.RemoveAll(word => BcdEditArguments.Switch(word) == "noumex") > 0;
        if (!BcdEnumerations.DebuggerTypes.TryParse(arguments[0], out ulong type)) throw NotValid($"\"{BcdEditArguments.Shorten(arguments[0])}\" is no debugger type: NET, SERIAL, USB, 1394 or LOCAL.");

        BcdObject settings = session.EntryOrNew(BcdAlias.DebuggerSettings);
        Apply(session, settings, type, parameters);
        settings.Set(WellKnown.DebugType, new BcdValue.Integer(type));
        if (start is { } policy) settings.Set(WellKnown.DebugStart, new BcdValue.Integer(policy));
        else settings.Remove(WellKnown.DebugStart);
        if (ignoresUserMode) settings.Set(WellKnown.NoUserModeExceptions, new BcdValue.Boolean(true));
        else settings.Remove(WellKnown.NoUserModeExceptions);
        session.SaveAndSucceed();
    }

    // Elements of another type stay in the object, as Windows leaves them; the type decides which are used.
    private void Apply(BcdEditSession session, BcdObject settings, ulong type, List<string> parameters)
    {
        string name = BcdEnumerations.DebuggerTypes.NameOf(type)!.ToUpperInvariant();
        switch (type)
        {
            case Net:
                NetworkSettings.Kernel.Apply(session, settings, DebuggerParameters.Parse(Name, name, parameters, NetworkSettings.Valued, NetworkSettings.Words));
                break;
            case Serial:
                DebuggerParameters serial = DebuggerParameters.Parse(Name, name, parameters, ["debugport", "baudrate"], []);
                serial.Apply(session, settings, "debugport", WellKnown.DebugPort, DefaultDebugPort);
                serial.Apply(session, settings, "baudrate", WellKnown.BaudRate, DefaultBaudRate);
                break;
            case Usb:
                DebuggerParameters usb = DebuggerParameters.Parse(Name, name, parameters, ["targetname", "busparams"], []);
                usb.Require("targetname", "NAME");
                usb.Apply(session, settings, "targetname", WellKnown.TargetName);
                usb.Apply(session, settings, "busparams", WellKnown.BusParameters);
                break;
            case Ieee1394:
                DebuggerParameters.Parse(Name, name, parameters, ["channel"], []).Apply(session, settings, "channel", WellKnown.Channel, 0);
                break;
            default:
                DebuggerParameters.Parse(Name, name, parameters, [], []);
                break;
        }
    }

    private ulong? TakeStart(List<string> parameters)
    {
        int at = parameters.FindIndex(word => BcdEditArguments.Switch(word) == "start");
        if (at < 0) return null;
        if (at + 1 == parameters.Count || !BcdEnumerations.DebuggerStarts.TryParse(parameters[at + 1], out ulong policy))
            throw NotValid("/start is ACTIVE, AUTOENABLE or DISABLE.");
        parameters.RemoveRange(at, 2);
        return policy;
    }
}
