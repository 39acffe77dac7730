using NetKd.BootConfig.Kdnet;

namespace NetKd.Cli.Kdnet;

/// <summary>The report for people, in the shapes of the documented tool (facts: kernel-debugging-docs, C.9).</summary>
internal static class KdnetText
{
    public static void Write(KdnetPlan plan, KdnetOptions options, KdnetOutcome? outcome, TextWriter output, TextWriter errors)
    {
        if (plan.Settings is null || plan.Obstacle is not null) List(plan, options.WindowsBuild, output);
        foreach (Advice advice in plan.Advice) errors.WriteLine($"Warning ({advice.Rule}): {advice.Message} {advice.NextStep}");
        if (plan.Obstacle is not null) errors.WriteLine("netkd: nothing was written: there is no adapter to debug through; --busparams b.d.f or --busparams auto insists.");
        if (plan.Settings is not { } settings || plan.Obstacle is not null) return;
        if (outcome is null) PrintCommands(plan, settings, output);
        else if (outcome.ExitCode == ExitCode.Done) Succeed(plan, settings, options, outcome, output);
    }

    private static void List(KdnetPlan plan, int? windowsBuild, TextWriter output)
    {
        NetworkAdapter[] supported = [.. plan.Machine.Adapters.Where(adapter => adapter.IsSupported(windowsBuild))];
        NetworkAdapter[] others = [.. plan.Machine.Adapters.Except(supported)];
        output.WriteLine($"Network adapters of {plan.Machine.Source}:");
        output.WriteLine();
        if (plan.Machine.IsHyperVGuest) output.WriteLine("This Microsoft hypervisor supports using KDNET in guest VMs.");
        output.WriteLine(supported.Length > 0
            ? "Network debugging is supported on the following NICs:"
            : "Network debugging is not supported on any of the NICs in this machine.");
        foreach (NetworkAdapter adapter in supported) output.WriteLine(Line(adapter) + (adapter == plan.Recommended ? " (recommended)" : ""));
        if (others.Length > 0) output.WriteLine("Not supported:");
        foreach (NetworkAdapter adapter in others) output.WriteLine($"{Line(adapter)} ({adapter.WhyNotSupported(windowsBuild)})");
    }

    private static string Line(NetworkAdapter adapter)
    {
        string place = adapter.Address is { } address ? $"busparams={address.BusParameters}, " : "";
        string name = adapter.Interface.Length > 0 && adapter.Interface != adapter.Name ? $"{adapter.Name} ({adapter.Interface})" : adapter.Name;
        return place + name + adapter.IsPluggedIn switch { true => ", Plugged in.", false => ", Unplugged.", null => "." };
    }

    private static string Device(KdnetPlan plan, KdnetSettings settings) => plan switch
    {
        { Chosen: { } adapter } => $"{adapter.Name} at busparams={settings.BusParameters}",
        _ when settings.BusParameters is { } place => $"the adapter at busparams={place}",
        { Machine.IsHyperVGuest: true } => "Microsoft Hypervisor Virtual Machine",
        _ => "the first adapter that KDNET supports",
    };

    private static void PrintCommands(KdnetPlan plan, KdnetSettings settings, TextWriter output)
    {
        output.WriteLine($"Nothing was written. To enable network debugging on {Device(plan, settings)}, run as administrator on the target:");
        output.WriteLine();
        foreach (IReadOnlyList<string> command in settings.Commands()) output.WriteLine("bcdedit " + string.Join(' ', command.Select(word => word.StartsWith('{') ? $"\"{word}\"" : word)));
        output.WriteLine();
        output.WriteLine($"bcdedit prints the key. Then run on the debugger's machine: netkd kd -k net:port={(settings.HasKernelSettings ? settings.Port : settings.HypervisorPort)},key=@FILE");
        output.WriteLine("For the boot store of an image, or of a disk that does not run, give its file with --offline.");
    }

    private static void Succeed(KdnetPlan plan, KdnetSettings settings, KdnetOptions options, KdnetOutcome outcome, TextWriter output)
    {
        output.WriteLine($"Enabling network debugging on {Device(plan, settings)}.");
        if (outcome.Key is not null) output.WriteLine($"Key={outcome.Key}");
        if (outcome.HypervisorKey is not null) output.WriteLine($"Hypervisor Key={outcome.HypervisorKey}");
        output.WriteLine();
        output.WriteLine("To debug this machine, run the following command on your debugger host machine.");
        foreach ((int port, string? key) in Sessions(settings, outcome)) output.WriteLine($"netkd kd -k net:port={port},key={key ?? "@FILE"}");
        output.WriteLine("WinDbg takes the same options: windbg -k net:port=...,key=...");
        output.WriteLine();
        output.WriteLine(options.OfflineStore is null
            ? "Then reboot this machine by running shutdown -r -t 0 from this command prompt."
            : "Then start the machine that boots from this store.");
    }

    private static IEnumerable<(int Port, string? Key)> Sessions(KdnetSettings settings, KdnetOutcome outcome)
    {
        if (settings.HasKernelSettings) yield return (settings.Port, outcome.Key);
        if (settings.HasHypervisorSettings) yield return (settings.HypervisorPort, outcome.HypervisorKey);
    }
}
