using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/?</c>: all commands, one command, or the lists of names.</summary>
internal sealed class HelpCommand() : BcdEditCommand("?", "bcdedit /? [COMMAND | ID | TYPES | FORMATS]", "Shows this list, or the help of one command.")
{
    private const int NameColumn = 22;

    public override bool NeedsStore => false;

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        string topic = arguments.Count == 0 ? "" : (BcdEditArguments.Switch(arguments[0]) ?? arguments[0]).ToLowerInvariant();
        switch (topic)
        {
            case "":
                session.Print("BCDEDIT - edits boot configuration stores: netkd bcdedit [/store FILE] /COMMAND ...");
                session.Print("Switches begin with / or -, in any letter case. Without /store, on Windows, the system's own bcdedit does the work.");
                session.Print();
                foreach (BcdEditCommand command in CommandTable.All) session.Print($"/{command.Name}".PadRight(NameColumn) + command.Summary);
                session.Print();
                session.Print("bcdedit /? COMMAND explains one; bcdedit /? ID, TYPES and FORMATS list identifiers, elements and forms of values.");
                break;
            case "id":
                foreach (BcdAlias alias in BcdAlias.All) session.Print($"{{{alias.Name}}}".PadRight(NameColumn + 4) + (alias == BcdAlias.Current || alias == BcdAlias.Default ? "the default entry" : alias.Id.ToString("B")));
                break;
            case "types":
                foreach (BcdElement element in BcdElements.All) session.Print($"{element.Name.PadRight(34)}0x{element.Type:x8}  {element.Format,-12} {(element.Names is { } names ? string.Join('|', names.All) : "")}".TrimEnd());
                break;
            case "formats":
                session.Print("boolean  1, ON, YES, TRUE; 0, OFF, NO, FALSE");
                session.Print("integer  decimal, hexadecimal with 0x, or a name of the element's list");
                session.Print($"device   {BcdDevice.Forms}");
                session.Print("id       {GUID} or {NAME}");
                break;
            default:
                if (!CommandTable.Names.Contains(topic)) throw NotValid();
                BcdEditCommand one = CommandTable.ByName(topic);
                session.Print(one.Summary);
                session.Print();
                session.Print(one.Syntax);
                if (one.Details.Length == 0) break;
                session.Print();
                foreach (string line in one.Details.Split('\n')) session.Print(line.TrimEnd('\r'));
                break;
        }
    }
}
