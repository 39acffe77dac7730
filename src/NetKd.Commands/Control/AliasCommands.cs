namespace NetKd.Commands.Control;

/// <summary>Aliases: <c>as</c>, <c>aS</c>, <c>ad</c>, <c>al</c>.</summary>
internal sealed class AliasCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("as", new("as name text", "Defines an alias; the text goes on to the end of the line.", "as stack kn 5"), Define) { IsWord = true },
        new("aS", new("aS name text", "As as.", "aS stack kn 5"), Define) { IsWord = true },
        new("ad", new("ad name | *", "Deletes an alias.", "ad stack"), Delete) { IsWord = true },
        new("al", new("al", "Lists aliases.", "al"), List) { IsWord = true },
    ];

    private void Define(CommandCall call)
    {
        string name = call.Arguments.ReadWord();
        if (name.StartsWith('/')) throw new CommandException($"as {name} is not there yet; plain text only: as name text.");
        string text = call.Arguments.ReadRest();
        if (name.Length == 0 || text.Length == 0) throw call.Arguments.Error("Write as name text: syntax error");
        session.Aliases.Set(name, text);
    }

    private void Delete(CommandCall call)
    {
        string name = call.Arguments.ReadWord();
        if (name == "*") session.Aliases.Clear();
        else if (!session.Aliases.Remove(name)) throw new CommandException($"There is no alias '{name}'.");
    }

    private void List(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        if (!session.Aliases.All.Any())
        {
            session.WriteLine("No aliases");
            return;
        }

        session.WriteLine("  Alias            Value");
        session.WriteLine(" -------          -------");
        foreach ((string name, string text) in session.Aliases.All) session.WriteLine($" {name,-16} {text}");
    }
}
