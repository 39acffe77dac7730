namespace NetKd.Commands.Modules;

/// <summary>What <c>lm</c> lists (Microsoft Learn, "lm (List Loaded Modules)").</summary>
internal sealed record ModuleListOptions
{
    public bool ShowsDetails { get; private init; }

    public bool NamesOnly { get; private init; }

    public bool SortsByName { get; private init; }

    public bool LoadedSymbolsOnly { get; private init; }

    public bool ProblemsOnly { get; private init; }

    public bool UserModeOnly { get; private init; }

    public bool ShowsChecksum { get; private init; }

    public ModuleColumn Column { get; private init; } = ModuleColumn.Symbols;

    public string NamePattern { get; private init; } = "*";

    public string? PathPattern { get; private init; }

    public ulong? Address { get; private init; }

    public static ModuleListOptions Read(CommandCall call, CommandSession session)
    {
        ArgumentReader arguments = call.Arguments;
        ModuleListOptions options = new();
        while (!arguments.AtEnd)
        {
            char letter = arguments.Current;
            if ((letter, arguments.Peek(1)) is ('1', 'm') or ('s', 'm'))
            {
                options = letter == '1' ? options with { NamesOnly = true } : options with { SortsByName = true };
                arguments.Position += 2;
                continue;
            }

            arguments.Position++;
            options = letter switch
            {
                'v' => options with { ShowsDetails = true },
                'l' => options with { LoadedSymbolsOnly = true },
                'e' => options with { ProblemsOnly = true },
                'u' => options with { UserModeOnly = true },
                'c' => options with { ShowsChecksum = true },
                'i' or 'n' => options with { Column = ModuleColumn.ImageName },
                'f' => options with { Column = ModuleColumn.ImagePath },
                'p' => options with { Column = ModuleColumn.MappedName },
                't' => options with { Column = ModuleColumn.Timestamp },
                'a' => options with { Address = session.Evaluate(call) },
                'm' => options with { NamePattern = Pattern(arguments) },
                'M' => options with { PathPattern = Pattern(arguments).Replace('\\', '/') },
                // Every module here is loaded and of the kernel; markup means nothing to a terminal.
                'o' or 'k' or 'D' => options,
                _ => throw Unknown(arguments),
            };
        }

        return options;
    }

    private static string Pattern(ArgumentReader arguments)
    {
        string pattern = arguments.ReadWord();
        return pattern.Length > 0 ? pattern : throw arguments.Error("Missing pattern: syntax error");
    }

    private static CommandException Unknown(ArgumentReader arguments)
    {
        arguments.Position--;
        return arguments.Error("Syntax error");
    }
}
