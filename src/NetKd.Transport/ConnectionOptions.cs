namespace NetKd.Transport;

/// <summary>A connection string that was read: one of the transports with its options.</summary>
public abstract record ConnectionOptions
{
    /// <summary>The string with any key masked: safe to print and to log.</summary>
    public abstract string MaskedText { get; }
}

/// <summary>
/// The listening form of <c>net:</c>: <c>net:port=50000,key=w.x.y.z</c> (facts: kernel-debugging-docs, A.2).
/// </summary>
/// <param name="Port">UDP port to listen on.</param>
/// <param name="Key">The shared secret.</param>
public sealed record NetConnectionOptions(ushort Port, KdNetKey Key) : ConnectionOptions
{
    /// <summary>The registered debugger port, used when the string names none (facts: kdnet-wire, section 7).</summary>
    public const ushort DefaultPort = 5364;

    /// <inheritdoc/>
    public override string MaskedText => $"net:port={Port},key={KeyTextFormat.Mask}";

    /// <inheritdoc/>
    public override string ToString() => MaskedText;
}
