using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/delete</c>: removes an entry, and takes it off the lists of others.</summary>
internal sealed class DeleteCommand() : BcdEditCommand("delete", "bcdedit [/store FILE] /delete {ID} [/f] [/cleanup | /nocleanup]", "Deletes an entry.")
{
    public override string Details => """
        Entries with names of their own need /f. The identifier is removed from the lists of the boot manager as well, except with
        /nocleanup.
        """;

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        string[] switches = [.. arguments.Skip(1).Select(word => BcdEditArguments.Switch(word) ?? "")];
        if (arguments.Count == 0 || switches.Except(["f", "cleanup", "nocleanup"]).Any() || (switches.Contains("cleanup") && switches.Contains("nocleanup"))) throw NotValid();
        Guid id = session.Identifier(arguments[0]);
        if (session.Store.Find(id) is null)
            throw BcdEditException.NotFound("An error occurred while attempting the specified delete operation.", $"The store has no entry {arguments[0]}; /enum all lists its entries.");
        if (BcdAlias.ById(id) is not null && !switches.Contains("f"))
            throw BcdEditException.Store("The entry specified is a well-known entry and was not deleted.", "Add /f to delete it all the same.");
        session.Store.Remove(id);
        if (!switches.Contains("nocleanup")) CleanUp(session.Store, id);
        session.SaveAndSucceed();
    }

    private static void CleanUp(BcdStore store, Guid id)
    {
        if (store.Find(BcdAlias.BootManager.Id) is not { } manager) return;
        foreach (uint type in manager.ElementTypes)
        {
            switch (manager.Get(type))
            {
                case BcdValue.ObjectList list when list.Values.Contains(id):
                    manager.SetList(type, [.. list.Values.Where(entry => entry != id)]);
                    break;
                case BcdValue.Object entry when entry.Value == id:
                    manager.Remove(type);
                    break;
                default:
                    break;
            }
        }
    }
}
