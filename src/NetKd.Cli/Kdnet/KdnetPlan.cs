using NetKd.BootConfig.Kdnet;

namespace NetKd.Cli.Kdnet;

/// <summary>What is known and decided before anything is written.</summary>
/// <param name="Machine">The target.</param>
/// <param name="Chosen">The adapter for KDNET; null when there is none, or KDNET shall choose.</param>
/// <param name="Recommended">The adapter that we would choose.</param>
/// <param name="Settings">What to write; null when only a list is asked for.</param>
/// <param name="Advice">The traps ahead.</param>
internal sealed record KdnetPlan(TargetMachine Machine, NetworkAdapter? Chosen, NetworkAdapter? Recommended, KdnetSettings? Settings, IReadOnlyList<Advice> Advice)
{
    /// <summary>Why the settings must not be written, or null.</summary>
    public Advice? Obstacle { get; init; }
}
