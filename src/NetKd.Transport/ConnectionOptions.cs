namespace NetKd.Transport;

/// <summary>A connection string that was read: one of the transports with its options.</summary>
public abstract record ConnectionOptions
{
    /// <summary>The string with any key masked: safe to print and to log.</summary>
    public abstract string MaskedText { get; }

    /// <summary>What works but is not as documented, one line each; empty when there is nothing to say.</summary>
    public virtual IReadOnlyList<string> Warnings => [];

    /// <summary>The masked text: no transport's record shows its key by accident.</summary>
    public sealed override string ToString() => MaskedText;
}
