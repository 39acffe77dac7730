namespace NetKd.BootConfig.Language;

/// <summary>
/// A command line taken apart: the store, <c>/v</c>, the command and what belongs to it. Switches begin with a slash or a hyphen and are
/// known words in any letter case, so that paths such as <c>/boot/BCD</c> stay values.
/// </summary>
internal sealed class BcdEditArguments
{
    private BcdEditArguments(string command, IReadOnlyList<string> rest, string? store, bool isVerbose)
    {
        Command = command;
        Rest = rest;
        Store = store;
        IsVerbose = isVerbose;
    }

    /// <summary>In lower case, without its slash.</summary>
    public string Command { get; }

    public IReadOnlyList<string> Rest { get; }

    public string? Store { get; }

    public bool IsVerbose { get; }

    public static BcdEditArguments Parse(IReadOnlyList<string> arguments, IReadOnlyCollection<string> commands)
    {
        string? store = null;
        string? command = null;
        bool isVerbose = false;
        List<string> rest = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            string? word = Switch(arguments[i]);
            if (word == "store" && command != "?")
            {
                if (i + 1 == arguments.Count || store is not null) throw BcdEditException.NotValid("store", "/store takes the file name of one store.");
                store = arguments[++i];
            }
            else if (word == "v" && command != "?")
            {
                isVerbose = true;
            }
            else if (command is null)
            {
                command = word is not null && commands.Contains(word)
                    ? word
                    : throw BcdEditException.NotValid("specified", $"\"{Shorten(arguments[i])}\" is no command.");
                // The file name may look like a switch elsewhere than on Windows.
                if (command is "createstore" or "export" or "import" && i + 1 < arguments.Count) rest.Add(arguments[++i]);
            }
            else
            {
                rest.Add(arguments[i]);
            }
        }

        return new BcdEditArguments(command ?? "enum", rest, store, isVerbose);
    }

    /// <summary>The word of a switch in lower case, or null.</summary>
    public static string? Switch(string argument) => argument.Length > 1 && argument[0] is '/' or '-' ? argument[1..].ToLowerInvariant() : null;

    /// <summary>The beginning of what was typed: a key pasted in the wrong place must not reach a log whole.</summary>
    public static string Shorten(string text) => text.Length <= 20 ? text : text[..8] + "...";
}
