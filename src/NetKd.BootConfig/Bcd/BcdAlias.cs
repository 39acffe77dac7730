namespace NetKd.BootConfig.Bcd;

/// <summary>Objects with names of their own (facts: kernel-debugging-docs, C.7).</summary>
public sealed record BcdAlias(string Name, Guid Id, BcdObjectType Type, string Title)
{
    /// <summary>The Windows boot manager.</summary>
    public static BcdAlias BootManager { get; } = new("bootmgr", Guid.Parse("9dea862c-5cdd-4e70-acc1-f32b344d4795"), BcdObjectType.BootManager, "Windows Boot Manager");

    /// <summary>The debugger settings.</summary>
    public static BcdAlias DebuggerSettings { get; } = new("dbgsettings", Guid.Parse("4636856e-540f-4170-a130-a84776f4c654"), BcdObjectType.Settings, "Debugger Settings");

    /// <summary>The settings of the emergency management services.</summary>
    public static BcdAlias EmsSettings { get; } = new("emssettings", Guid.Parse("0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9"), BcdObjectType.Settings, "EMS Settings");

    /// <summary>The hypervisor's settings.</summary>
    public static BcdAlias HypervisorSettings { get; } = new("hypervisorsettings", Guid.Parse("7ff607e0-4395-11db-b0de-0800200c9a66"), BcdObjectType.LoaderSettings, "Hypervisor Settings");

    /// <summary>Settings for all.</summary>
    public static BcdAlias GlobalSettings { get; } = new("globalsettings", Guid.Parse("7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e"), BcdObjectType.Settings, "Global Settings");

    /// <summary>Settings for boot loaders.</summary>
    public static BcdAlias BootLoaderSettings { get; } = new("bootloadersettings", Guid.Parse("6efb52bf-1766-41db-a6b3-0ee5eff72bd7"), BcdObjectType.LoaderSettings, "Boot Loader Settings");

    /// <summary>Settings for resume applications.</summary>
    public static BcdAlias ResumeLoaderSettings { get; } = new("resumeloadersettings", Guid.Parse("1afa9c49-16ab-4a5c-901b-212802da9460"), BcdObjectType.ResumeSettings, "Resume Loader Settings");

    /// <summary>Defects of the memory.</summary>
    public static BcdAlias BadMemory { get; } = new("badmemory", Guid.Parse("5189b25c-5558-4bf2-bca4-289b11bd29e2"), BcdObjectType.Settings, "RAM Defects");

    /// <summary>The entry that the machine runs; not stored under this identifier.</summary>
    public static BcdAlias Current { get; } = new("current", Guid.Parse("fa926493-6f1c-4193-a414-58f0b2456d1e"), BcdObjectType.OsLoader, "Windows Boot Loader");

    /// <summary>The boot manager's default entry; not stored under this identifier.</summary>
    public static BcdAlias Default { get; } = new("default", Guid.Parse("1cae1eb7-a0df-4d4d-9851-4860e34ef535"), BcdObjectType.OsLoader, "Windows Boot Loader");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BcdAlias> All { get; } =
    [
        BootManager, DebuggerSettings, EmsSettings, HypervisorSettings, GlobalSettings, BootLoaderSettings, ResumeLoaderSettings, BadMemory, Current, Default,
        new("eventsettings", DebuggerSettings.Id, BcdObjectType.Settings, "Debugger Settings"),
        new("kerneldbgsettings", Guid.Parse("313e8eed-7098-4586-a9bf-309c61f8d449"), BcdObjectType.LoaderSettings, "Kernel Debugger Settings"),
        new("fwbootmgr", Guid.Parse("a5a30fa2-3d06-4e9f-b5f4-a01df9d1fcba"), BcdObjectType.FirmwareBootManager, "Firmware Boot Manager"),
        new("memdiag", Guid.Parse("b2721d73-1db4-4c62-bf78-c548a880142d"), BcdObjectType.MemoryTester, "Windows Memory Tester"),
        new("ntldr", Guid.Parse("466f5a88-0af2-4f76-9038-095b170dc21c"), BcdObjectType.LegacyLoader, "Windows Legacy OS Loader"),
        new("ramdiskoptions", Guid.Parse("ae5534e0-a924-466c-b836-758539a3ee3a"), BcdObjectType.DeviceOptions, "Setup Ramdisk Options"),
    ];

    /// <summary>An alias by its name without braces, in any letter case.</summary>
    public static BcdAlias? ByName(string name) => All.FirstOrDefault(alias => alias.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first alias with this identifier.</summary>
    public static BcdAlias? ById(Guid id) => All.FirstOrDefault(alias => alias.Id == id);

    /// <summary>The title of an object in a listing.</summary>
    public static string TitleOf(Guid id, BcdObjectType type)
    {
        if (ById(id) is { } alias) return alias.Title;
        return (type.Value, type.Value & 0xFFFFF) switch
        {
            (0x101FFFFF, _) => "Firmware Application (101fffff)",
            ( >= 0x30000000 and < 0x40000000, _) => "Device options",
            ( >= 0x20000000 and < 0x30000000, 3) => "Boot Loader Settings",
            ( >= 0x20000000 and < 0x30000000, 4) => "Resume Loader Settings",
            ( >= 0x20000000 and < 0x30000000, _) => "Global Settings",
            (_, 1) => "Firmware Boot Manager",
            (_, 2) => "Windows Boot Manager",
            (_, 3) => "Windows Boot Loader",
            (_, 4) => "Resume from Hibernate",
            (_, 5) => "Windows Memory Tester",
            (_, 6 or 7) => "Windows Legacy OS Loader",
            (_, 8) => "Real-mode Boot Sector",
            (_, 9) => "Real-mode Application",
            _ => $"Unknown ({type.Value:x8})",
        };
    }
}
