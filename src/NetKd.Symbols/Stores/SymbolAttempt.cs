namespace NetKd.Symbols.Stores;

/// <summary>How it went at one place.</summary>
public enum SymbolAttemptOutcome
{
    /// <summary>The file is there, and is the wanted one.</summary>
    Found,
    /// <summary>There is none.</summary>
    NotFound,
    /// <summary>There is a file of the name, but of another build.</summary>
    Mismatched,
    /// <summary>There is a file of the name, but it is damaged, too large, or of a format that is not read.</summary>
    Rejected,
    /// <summary>The place did not answer, or may not be read or written.</summary>
    Unavailable,
}

/// <summary>One place where a file was looked for.</summary>
/// <param name="Place">The file's path or address, without credentials.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Reason">In words, with what to do about it where something can be done.</param>
public sealed record SymbolAttempt(string Place, SymbolAttemptOutcome Outcome, string Reason);
