using NetKd.Transport.Net;

namespace NetKd.Cli.Doctor;

/// <summary>What to examine.</summary>
/// <param name="Connection">Port, key if there is one, and <c>target=</c>, as the debugger would use them.</param>
/// <param name="Wait">How long to watch the port.</param>
internal sealed record DoctorOptions(NetConnectionOptions Connection, TimeSpan Wait)
{
    /// <summary>Watch until the time is over, even after a good poke.</summary>
    public bool Watches { get; init; }

    /// <summary>JSON lines in place of text.</summary>
    public bool IsJson { get; init; }
}
