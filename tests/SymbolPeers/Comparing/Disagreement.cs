namespace NetKd.SymbolPeers.Comparing;

/// <summary>A question that we and another program answer differently.</summary>
/// <param name="Subject">The program that was asked about.</param>
/// <param name="Place">What was asked: an offset, a name, an index.</param>
/// <param name="Ours">Our answer.</param>
/// <param name="Theirs">The other's.</param>
internal sealed record Disagreement(string Subject, string Place, string Ours, string Theirs)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Subject} {Place}: we say '{Ours}', they say '{Theirs}'";
}
