using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/set</c>: writes any element of an entry.</summary>
internal sealed class SetCommand() : BcdEditCommand("set", "bcdedit [/store FILE] /set [{ID}] ELEMENT VALUE... [/addfirst | /addlast | /remove]", "Sets an element of an entry.")
{
    public override string Details => """
        ELEMENT is a name (bcdedit /? TYPES lists them) or custom:0xXXXXXXXX. Without an identifier the entry is {current}.
        /addfirst, /addlast and /remove change lists of entries instead of replacing them.
        """;

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        bool hasId = arguments.Count > 0 && IsIdentifier(arguments[0]);
        List<string> words = [.. arguments.Skip(hasId ? 1 : 0)];
        if (words.Count < 2) throw NotValid();
        BcdObject entry = session.Entry(hasId ? arguments[0] : "{current}");
        BcdElement element = BcdElements.ByName(words[0], entry.Kind) ?? throw BcdEditException.UnknownElement(BcdEditArguments.Shorten(words[0]));
        words.RemoveAt(0);
        if (element.Format == BcdElementFormat.ObjectList)
        {
            ListEdit edit = ListEdit.Take(words);
            entry.SetList(element.Type, edit.Apply(entry.GetList(element.Type), [.. words.Select(session.Identifier)]));
        }
        else
        {
            entry.Set(element.Type, ElementText.Parse(element, words, session));
        }

        session.SaveAndSucceed();
        session.AdviseIfGuarded(element);
    }
}
