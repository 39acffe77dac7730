namespace NetKd.Symbols.Stores.Http;

/// <summary>How a request ended.</summary>
/// <param name="Outcome">In the words of a search.</param>
/// <param name="Reason">In words for people, without credentials.</param>
/// <param name="Path">A temporary file with what came, when it was a file.</param>
/// <param name="Verdict">Whether it is worth asking again in this session.</param>
internal sealed record DownloadResult(SymbolAttemptOutcome Outcome, string Reason, string? Path = null, AskAgain Verdict = AskAgain.Forbidden);

/// <summary>Whether a server is asked again before the user says so.</summary>
internal enum AskAgain
{
    /// <summary>Yes: what is missing can come the next time.</summary>
    Allowed,
    /// <summary>Not for this file.</summary>
    Forbidden,
    /// <summary>Not for anything: the server cannot be reached.</summary>
    ServerIsOffline,
}
