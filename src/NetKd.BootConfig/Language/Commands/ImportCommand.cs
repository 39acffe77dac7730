namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/import</c>: replaces the whole store by a copy.</summary>
internal sealed class ImportCommand() : BcdEditCommand("import", "bcdedit [/store FILE] /import COPY [/clean]", "Replaces the store by what /export made.")
{
    public override string Details => "The store before is kept as NAME.bak. /clean, which for a live system removes entries of the firmware, changes nothing in a store file.";

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        if (arguments.Count is not (1 or 2) || (arguments.Count == 2 && BcdEditArguments.Switch(arguments[1]) != "clean")) throw NotValid();
        session.Replace(session.Open(arguments[0]));
        session.Succeed();
    }
}
