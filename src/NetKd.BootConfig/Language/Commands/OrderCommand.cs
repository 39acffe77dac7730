using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/displayorder</c>, <c>/toolsdisplayorder</c> and <c>/bootsequence</c>: the lists of the boot manager.</summary>
internal sealed class OrderCommand(string name) : BcdEditCommand(name, $"bcdedit [/store FILE] /{name} {{ID}}... [/addfirst | /addlast | /remove]", SummaryOf(name))
{
    public override string Details => "Without a switch the list is replaced by the entries named.";

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        List<string> words = [.. arguments];
        ListEdit edit = ListEdit.Take(words);
        if (words.Count == 0) throw NotValid();
        uint type = BcdElements.ByName(Name, BcdObjectKind.BootManager)!.Type;
        BcdObject manager = session.EntryOrNew(BcdAlias.BootManager);
        manager.SetList(type, edit.Apply(manager.GetList(type), [.. words.Select(session.Identifier)]));
        session.SaveAndSucceed();
    }

    private static string SummaryOf(string name) => name switch
    {
        "bootsequence" => "Sets the entries to start once, at the next start.",
        "displayorder" => "Sets the order of the boot menu.",
        _ => "Sets the order of the tools menu.",
    };
}
