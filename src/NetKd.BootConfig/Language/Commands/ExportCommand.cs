namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/export</c>: a copy of the store, with its logs applied.</summary>
internal sealed class ExportCommand() : BcdEditCommand("export", "bcdedit [/store FILE] /export COPY", "Copies the store to a file.")
{
    public override string Details => "/import reads the copy back. A file of that name is replaced and kept as NAME.bak.";

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        if (arguments.Count != 1) throw NotValid();
        session.Save(session.Store, arguments[0]);
        session.Succeed();
    }
}
