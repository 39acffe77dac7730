namespace NetKd.BootConfig.Kdnet;

/// <summary>What came of writing settings.</summary>
/// <param name="ExitCode">0, or an exit code of <see cref="Language.BcdEdit"/>: nothing was written, and the reason went to the errors.</param>
/// <param name="Key">The key of boot manager, loader and kernel; null where they were not set up or it is not known.</param>
/// <param name="HypervisorKey">The hypervisor's key, likewise.</param>
public sealed record KdnetOutcome(int ExitCode, string? Key, string? HypervisorKey)
{
    // A record would print its members: keys must not reach a log.
    /// <inheritdoc/>
    public override string ToString() => $"exit code {ExitCode}";
}
