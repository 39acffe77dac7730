namespace NetKd.Symbols.Scopes;

/// <summary>One function that executes at an offset: inlined, or the one that has the code.</summary>
/// <param name="Site">The inlined call; null for the function that holds all others.</param>
/// <param name="Line">The line that it executes: where it has itself inlined another, the line of that call. Null when unknown.</param>
public sealed record ActiveFunction(InlineSite? Site, SourceLine? Line);

/// <summary>Finds the calls that compilers dissolved.</summary>
public static class InlinedCalls
{
    private const int MaxDepth = 64;

    /// <summary>
    /// The functions that execute at an offset from the image's base, innermost first; the last is the one that has the code. A function's own
    /// lines say the call's line for the code that it inlined, so each row's line is right for it.
    /// </summary>
    public static IReadOnlyList<ActiveFunction> At(SymbolFile symbols, uint offset)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        List<ActiveFunction> functions = [new(null, symbols.TryFindLine(offset, out SourceLine? line) ? line : null)];
        IReadOnlyList<InlineSite> sites = symbols.FindFunction(offset)?.InlineSites ?? [];
        while (functions.Count <= MaxDepth && sites.FirstOrDefault(site => site.Ranges.Any(range => range.Contains(offset))) is { } active)
        {
            functions.Add(new ActiveFunction(active, active.Lines.LastOrDefault(l => unchecked(offset - l.Offset) < l.Length)));
            sites = active.Sites;
        }

        functions.Reverse();
        return functions;
    }
}
