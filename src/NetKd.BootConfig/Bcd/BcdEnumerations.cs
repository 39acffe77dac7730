namespace NetKd.BootConfig.Bcd;

/// <summary>The names of numbers, as the documentation of <c>bcdedit /set</c> lists them.</summary>
internal static class BcdEnumerations
{
    public static readonly BcdNames DebuggerTypes = new("Serial", "1394", "USB", "NET", "Local");
    public static readonly BcdNames DebuggerStarts = new("Active", "AutoEnable", "Disable");

    /// <summary>Numbered otherwise than <see cref="DebuggerTypes"/>.</summary>
    public static readonly BcdNames HypervisorDebuggerTypes = new("Serial", "1394", "Net");

    public static readonly BcdNames NoExecute = new("OptIn", "OptOut", "AlwaysOff", "AlwaysOn");
    public static readonly BcdNames ForceChoice = new("Default", "ForceEnable", "ForceDisable");
    public static readonly BcdNames ForceDisableFirst = new("Default", "ForceDisable", "ForceEnable");
    public static readonly BcdNames DefaultOrForceDisable = new("Default", "ForceDisable");
    public static readonly BcdNames DisableFirst = new("Default", "Disable", "Enable");
    public static readonly BcdNames EnableFirst = new("Default", "Enable", "Disable");
    public static readonly BcdNames SafeBoots = new("Minimal", "Network", "DsRepair");
    public static readonly BcdNames BootMenus = new("Legacy", "Standard");
    public static readonly BcdNames OffOrAuto = new("Off", "Auto");
    public static readonly BcdNames BootExperience = new("Disabled", "Basic", "Standard");
    public static readonly BcdNames TscSync = new("Default", "Legacy", "Enhanced");
    public static readonly BcdNames DriverLoadFailures = new("Fatal", "UseErrorControl");
    public static readonly BcdNames FirstMegabyte = new("UseNone", "UseAll", "UsePrivate");
    public static readonly BcdNames ConfigAccess = new("Default", "DisallowMmConfig");
    public static readonly BcdNames IntegrityServices = new("Default", "Disable", "Enable");
    public static readonly BcdNames Resolutions = new("1024x768", "800x600", "1024x600");

    public static readonly BcdNames DisplayMessages = new(
        "Default", "Resume", "HyperV", "Recovery", "StartupRepair", "SystemImageRecovery", "CommandPrompt", "SystemRestore", "PushButtonReset");

    public static readonly BcdNames BootStatus = new(
        "DisplayAllFailures", "IgnoreAllFailures", "IgnoreShutdownFailures", "IgnoreBootFailures", "IgnoreCheckpointFailures",
        "DisplayShutdownFailures", "DisplayBootFailures", "DisplayCheckpointFailures", "AlwaysDisplayStartupFailures");
}
