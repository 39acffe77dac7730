using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/deletevalue</c>: removes an element of an entry.</summary>
internal sealed class DeleteValueCommand() : BcdEditCommand("deletevalue", "bcdedit [/store FILE] /deletevalue [{ID}] ELEMENT", "Removes an element of an entry.")
{
    public override string Details => """
        Without an identifier the entry is {current}. Two uses in debugging: /deletevalue {dbgsettings} hostip makes the target wait for a
        debugger that names it with target=; /deletevalue {dbgsettings} port makes it use port 5364.
        """;

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        (string id, string name) = arguments switch
        {
            [string only] => ("{current}", only),
            [string entryId, string elementName] => (entryId, elementName),
            _ => throw NotValid(),
        };
        const string Operation = "An error occurred while attempting to delete the specified data element.";
        BcdObject entry = session.Entry(id, Operation);
        BcdElement element = BcdElements.ByName(name, entry.Kind) ?? throw BcdEditException.UnknownElement(BcdEditArguments.Shorten(name));
        if (!entry.Remove(element.Type))
            throw BcdEditException.NotFound(Operation, $"{id} has no {element.Name}.");
        session.SaveAndSucceed();
        session.AdviseIfGuarded(element);
    }
}
