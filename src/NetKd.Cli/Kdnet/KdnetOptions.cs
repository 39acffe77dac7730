using NetKd.BootConfig.Kdnet;

namespace NetKd.Cli.Kdnet;

/// <summary>What a <c>netkd kdnet</c> command line asks for.</summary>
internal sealed class KdnetOptions
{
    /// <summary>The debugger's address or name; null: list the adapters only.</summary>
    public string? Host { get; init; }

    public int Port { get; init; } = KdnetSettings.DefaultPort;

    /// <summary>Bus parameters, "auto", or null for the recommended adapter.</summary>
    public string? BusParameters { get; init; }

    public KdnetStages Stages { get; init; }

    /// <summary>A key or <c>@FILE</c>.</summary>
    public string? Key { get; init; }

    public bool NewKey { get; init; }

    public bool NoDhcp { get; init; }

    /// <summary>The store file to write.</summary>
    public string? OfflineStore { get; init; }

    /// <summary>The file with the target's adapters; null for this machine's.</summary>
    public string? AdapterFile { get; init; }

    public int? WindowsBuild { get; init; }

    public bool IsJson { get; init; }
}
