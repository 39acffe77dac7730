namespace NetKd.Target.Hosting;

/// <summary>What goes wrong on a bad network, for each direction alike. Probabilities are from 0 to 1.</summary>
public sealed record NetworkFaults
{
    /// <summary>Share of datagrams that are lost.</summary>
    public double Loss { get; init; }

    /// <summary>Share of datagrams that arrive twice.</summary>
    public double Duplicate { get; init; }

    /// <summary>Share of datagrams that are held back, so that later ones overtake them.</summary>
    public double Reorder { get; init; }

    /// <summary>Time that every datagram takes longer, in milliseconds.</summary>
    public int LatencyMilliseconds { get; init; }

    /// <summary>Start of the pseudo-random sequence: the same seed gives the same decisions.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>True when nothing goes wrong.</summary>
    public bool AreNone => Loss <= 0 && Duplicate <= 0 && Reorder <= 0 && LatencyMilliseconds <= 0;
}
