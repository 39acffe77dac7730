using NetKd.BootConfig.Kdnet;
using NetKd.Cli.Kd;

namespace NetKd.Cli.Kdnet;

/// <summary>One run of <c>netkd kdnet</c>: plan, write, report.</summary>
internal static class KdnetProgram
{
    public static int Run(KdnetOptions options)
    {
        try
        {
            KdnetPlan plan = KdnetPlanner.Create(options);
            KdnetOutcome? outcome = plan.Obstacle is null ? Write(plan, options) : null;
            if (options.IsJson) KdnetJson.Write(plan, options, outcome, Console.OpenStandardOutput());
            else KdnetText.Write(plan, options, outcome, Console.Out, Console.Error);
            if (plan.Obstacle is not null) return ExitCode.CommandFailed;
            return outcome?.ExitCode ?? ExitCode.Done;
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine($"netkd: {e.Message}");
            return ExitCode.Usage;
        }
    }

    // Null: nothing is to be written, or there is no store here to write to.
    private static KdnetOutcome? Write(KdnetPlan plan, KdnetOptions options) => plan.Settings switch
    {
        null => null,
        { } settings when options.OfflineStore is { } store => KdnetStore.Write(store, settings, Console.Error),
        { } settings when OperatingSystem.IsWindows() && options.AdapterFile is null => LiveStore.Write(settings, Console.Error),
        _ => null,
    };
}
