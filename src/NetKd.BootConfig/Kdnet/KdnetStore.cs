using NetKd.BootConfig.Bcd;
using NetKd.BootConfig.Language;
using NetKd.BootConfig.Language.Commands;

namespace NetKd.BootConfig.Kdnet;

/// <summary>Writes network debugging settings into a store file: all of them with one save, or none. The store before becomes <c>.bak</c>.</summary>
public static class KdnetStore
{
    /// <summary>Runs the commands of <see cref="KdnetSettings.Commands"/> on one store and saves it once. Advice and errors go to <paramref name="errors"/>.</summary>
    public static KdnetOutcome Write(string path, KdnetSettings settings, TextWriter errors)
    {
        try
        {
            BcdEditSession session = new(BcdEditArguments.Parse(["/store", path], CommandTable.Names), new BcdEditEnvironment(), errors) { DefersSave = true };
            foreach (IReadOnlyList<string> command in settings.Commands()) Run(session, command, settings.Key);
            if (settings.BusParameters is null) Forget(session.Store);
            string? key = settings.HasKernelSettings ? session.Store.Find(BcdAlias.DebuggerSettings.Id)?.GetString(WellKnown.Key) : null;
            string? hypervisorKey = settings.HasHypervisorSettings ? session.Store.Find(BcdAlias.HypervisorSettings.Id)?.GetString(WellKnown.HypervisorKey) : null;
            session.SaveDeferred();
            return new KdnetOutcome(BcdEdit.Done, key, hypervisorKey);
        }
        catch (BcdEditException e)
        {
            foreach (string line in e.Lines) errors.WriteLine(line);
            return new KdnetOutcome(e.ExitCode, null, null);
        }
    }

    // Bus parameters of an earlier set-up would name an adapter that nobody chose now.
    private static void Forget(BcdStore store)
    {
        store.Find(BcdAlias.DebuggerSettings.Id)?.Remove(WellKnown.BusParameters);
        store.Find(BcdAlias.HypervisorSettings.Id)?.Remove(WellKnown.HypervisorBusParameters);
    }

    // The given key joins here: these words go into no process.
    private static void Run(BcdEditSession session, IReadOnlyList<string> command, string? key)
    {
        string name = command[0][1..];
        IEnumerable<string> rest = command.Skip(1);
        if (key is not null && name is ("dbgsettings" or "hypervisorsettings")) rest = rest.Append($"key:{key}");
        CommandTable.ByName(name).Run(session, [.. rest]);
    }
}
