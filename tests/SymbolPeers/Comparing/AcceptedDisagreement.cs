namespace NetKd.SymbolPeers.Comparing;

/// <summary>A kind of disagreement that is right as it is, and why.</summary>
/// <param name="Question">Name of the comparison in which it occurs.</param>
/// <param name="Reason">Why ours is right, or as good.</param>
/// <param name="Matches">True for a disagreement of this kind.</param>
internal sealed record AcceptedDisagreement(string Question, string Reason, Func<Disagreement, bool> Matches);
