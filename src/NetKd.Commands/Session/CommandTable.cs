namespace NetKd.Commands.Session;

/// <summary>The commands by name.</summary>
internal sealed class CommandTable
{
    private readonly Dictionary<string, Command> _byName = new(StringComparer.Ordinal);
    private int _longest;

    public IEnumerable<Command> All => _byName.Values.OrderBy(command => command.Name.TrimStart('.', '!'), StringComparer.OrdinalIgnoreCase);

    public void Add(ICommandGroup group)
    {
        foreach (Command command in group.Commands)
        {
            _byName.Add(command.Name, command);
            _longest = Math.Max(_longest, command.Name.Length);
        }
    }

    /// <summary>Finds a command by its whole name.</summary>
    public Command? Find(string name) =>
        _byName.GetValueOrDefault(name) ?? _byName.GetValueOrDefault(name.ToLowerInvariant());

    /// <summary>
    /// The command at the start of a text, the longest name that fits. Names are compared with case first, for <c>dW</c> is not
    /// <c>dw</c>, then without.
    /// </summary>
    public Command? Match(string text)
    {
        for (int length = Math.Min(_longest, text.Length); length > 0; length--)
        {
            Command? command = Find(text[..length]);
            if (command is null) continue;
            bool ends = length == text.Length || char.IsWhiteSpace(text[length]);
            bool wordGoesOn = !ends && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '_' or '.' or '!');
            if (!(command.IsWord && wordGoesOn)) return command;
        }

        return null;
    }
}
