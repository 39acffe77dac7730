namespace NetKd.Symbols.Stores.Http;

/// <summary>A request that ended without an answer that can be used; the message is for people, without credentials.</summary>
internal sealed class RequestFailure(string message, AskAgain verdict) : Exception(message)
{
    public AskAgain Verdict { get; } = verdict;
}
