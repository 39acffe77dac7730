namespace NetKd.BootConfig.Language.Commands;

/// <summary>What <c>/addfirst</c>, <c>/addlast</c> and <c>/remove</c> do to a list of entries; without them it is replaced.</summary>
internal readonly record struct ListEdit(string Mode)
{
    private const string AddFirst = "addfirst";
    private const string AddLast = "addlast";
    private const string RemoveMode = "remove";

    /// <summary>Takes the switch out of the words of a command.</summary>
    public static ListEdit Take(List<string> words)
    {
        int at = words.FindIndex(word => BcdEditArguments.Switch(word) is AddFirst or AddLast or RemoveMode);
        if (at < 0) return new ListEdit("");
        ListEdit edit = new(BcdEditArguments.Switch(words[at])!);
        words.RemoveAt(at);
        return edit;
    }

    public Guid[] Apply(IReadOnlyList<Guid> before, Guid[] named)
    {
        IEnumerable<Guid> others = before.Except(named);
        return Mode switch
        {
            AddFirst => [.. named.Distinct(), .. others],
            AddLast => [.. others, .. named.Distinct()],
            RemoveMode => [.. others],
            _ => [.. named.Distinct()],
        };
    }
}
