namespace NetKd.BootConfig.Language.Commands;

/// <summary>A command of the bcdedit language.</summary>
internal abstract class BcdEditCommand(string name, string syntax, string summary)
{
    /// <summary>In lower case, without its slash.</summary>
    public string Name => name;

    public string Syntax => syntax;

    /// <summary>One sentence for the list of commands.</summary>
    public string Summary => summary;

    /// <summary>What <c>/? COMMAND</c> shows besides.</summary>
    public virtual string Details => "";

    /// <summary>Whether it works on a store; on Windows without <c>/store</c> that is the system's.</summary>
    public virtual bool NeedsStore => true;

    public abstract void Run(BcdEditSession session, IReadOnlyList<string> arguments);

    /// <summary>A refusal that repeats the syntax.</summary>
    protected BcdEditException NotValid(string? reason = null) => BcdEditException.NotValid(name, reason ?? $"Syntax: {syntax}");

    protected static bool IsIdentifier(string text) => text.Length > 0 && text[0] == '{';
}
