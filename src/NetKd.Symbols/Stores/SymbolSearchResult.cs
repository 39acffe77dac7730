namespace NetKd.Symbols.Stores;

/// <summary>What a search gave.</summary>
/// <param name="Key">What was looked for.</param>
/// <param name="Path">A local file of exactly the wanted identity; null when there is none.</param>
/// <param name="Tried">Every place that was tried, in order, with the reason why it was not it.</param>
public sealed record SymbolSearchResult(SymbolKey Key, string? Path, IReadOnlyList<SymbolAttempt> Tried)
{
    /// <summary>
    /// The first file of the name but of another build that was met, for those who ask to load it all the same (<c>.reload /i</c>); its
    /// attempt tells both identities.
    /// </summary>
    public string? MismatchedPath => Tried.FirstOrDefault(t => t.Outcome == SymbolAttemptOutcome.Mismatched)?.Place;
}
