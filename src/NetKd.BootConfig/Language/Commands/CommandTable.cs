namespace NetKd.BootConfig.Language.Commands;

/// <summary>All commands, in the order of the help.</summary>
internal static class CommandTable
{
    private static readonly BcdEditCommand[] s_all =
    [
        new CreateStoreCommand(), new ExportCommand(), new ImportCommand(),
        new EnumCommand(), new CopyCommand(), new CreateCommand(), new DeleteCommand(),
        new SetCommand(), new DeleteValueCommand(),
        new OrderCommand("bootsequence"), new DefaultCommand(), new OrderCommand("displayorder"), new TimeoutCommand(), new OrderCommand("toolsdisplayorder"),
        SwitchCommand.BootEms, SwitchCommand.Ems, new EmsSettingsCommand(),
        SwitchCommand.BootDebug, new DebuggerSettingsCommand(), SwitchCommand.Debug, SwitchCommand.Event, new HypervisorSettingsCommand(),
        new HelpCommand(),
    ];

    public static IReadOnlyList<BcdEditCommand> All => s_all;

    public static IReadOnlyCollection<string> Names { get; } = [.. s_all.Select(command => command.Name)];

    public static BcdEditCommand ByName(string name) => Array.Find(s_all, command => command.Name == name)!;
}
