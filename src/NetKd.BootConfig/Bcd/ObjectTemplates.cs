namespace NetKd.BootConfig.Bcd;

/// <summary>What new objects hold at first (facts: kernel-debugging-docs, C.7, Inheritance).</summary>
public static class ObjectTemplates
{
    /// <summary>Makes an object with the elements that its kind begins with.</summary>
    public static BcdObject Create(BcdStore store, Guid id, BcdObjectType type)
    {
        ArgumentNullException.ThrowIfNull(store);
        BcdObject made = store.Add(id, type);
        Guid[] inherits = Inherits(id, type);
        if (inherits.Length > 0) made.SetList(WellKnown.Inherit, inherits);
        if (id == BcdAlias.BootManager.Id) made.Set(WellKnown.Description, new BcdValue.String("Windows Boot Manager"));
        if (id == BcdAlias.EmsSettings.Id) made.Set(WellKnown.BootEms, new BcdValue.Boolean(false));
        if (id == BcdAlias.DebuggerSettings.Id) made.Set(WellKnown.DebugType, new BcdValue.Integer(LocalDebugger));
        return made;
    }

    /// <summary>
    /// A store that boots: a boot manager, the settings objects, and one loader entry that is the default. NetKd's own; Windows makes
    /// such stores with bcdboot.
    /// </summary>
    public static BcdObject CreateBootable(BcdStore store, string description)
    {
        ArgumentNullException.ThrowIfNull(store);
        foreach (BcdAlias alias in new[]
        {
            BcdAlias.BootManager, BcdAlias.GlobalSettings, BcdAlias.BootLoaderSettings, BcdAlias.ResumeLoaderSettings, BcdAlias.DebuggerSettings,
            BcdAlias.EmsSettings, BcdAlias.BadMemory, BcdAlias.HypervisorSettings,
        })
        {
            if (store.Find(alias.Id) is null) Create(store, alias.Id, alias.Type);
        }

        BcdObject loader = Create(store, Guid.NewGuid(), BcdObjectType.OsLoader);
        loader.Set(WellKnown.Device, new BcdValue.Device(BcdDevice.Boot));
        loader.Set(WellKnown.Path, new BcdValue.String(@"\Windows\system32\winload.efi"));
        loader.Set(WellKnown.Description, new BcdValue.String(description));
        loader.Set(WellKnown.Locale, new BcdValue.String("en-US"));
        loader.Set(WellKnown.OsDevice, new BcdValue.Device(BcdDevice.Boot));
        loader.Set(WellKnown.SystemRoot, new BcdValue.String(@"\Windows"));
        loader.Set(WellKnown.NoExecute, new BcdValue.Integer(0));
        loader.Set(WellKnown.BootMenuPolicy, new BcdValue.Integer(1));

        BcdObject manager = store.Find(BcdAlias.BootManager.Id)!;
        manager.Set(WellKnown.Device, new BcdValue.Device(BcdDevice.Boot));
        manager.Set(WellKnown.Path, new BcdValue.String(@"\EFI\Microsoft\Boot\bootmgfw.efi"));
        manager.Set(WellKnown.Locale, new BcdValue.String("en-US"));
        manager.Set(WellKnown.Default, new BcdValue.Object(loader.Id));
        manager.SetList(WellKnown.DisplayOrder, [loader.Id]);
        manager.Set(WellKnown.Timeout, new BcdValue.Integer(30));
        return loader;
    }

    private const ulong LocalDebugger = 4;

    private static Guid[] Inherits(Guid id, BcdObjectType type)
    {
        if (id == BcdAlias.GlobalSettings.Id) return [BcdAlias.DebuggerSettings.Id, BcdAlias.EmsSettings.Id, BcdAlias.BadMemory.Id];
        if (id == BcdAlias.BootLoaderSettings.Id) return [BcdAlias.GlobalSettings.Id, BcdAlias.HypervisorSettings.Id];
        if (id == BcdAlias.ResumeLoaderSettings.Id) return [BcdAlias.GlobalSettings.Id];
        if (type == BcdObjectType.OsLoader) return [BcdAlias.BootLoaderSettings.Id];
        if (type == BcdObjectType.Resume) return [BcdAlias.ResumeLoaderSettings.Id];
        if (type == BcdObjectType.BootManager || type == BcdObjectType.MemoryTester) return [BcdAlias.GlobalSettings.Id];
        return [];
    }
}
