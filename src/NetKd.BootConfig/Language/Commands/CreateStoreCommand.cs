using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language.Commands;

/// <summary><c>/createstore</c>: a new store file.</summary>
internal sealed class CreateStoreCommand() : BcdEditCommand("createstore", "bcdedit /createstore FILE [/template [DESCRIPTION]]", "Makes a new, empty store file.")
{
    private const string DefaultDescription = "Windows";

    public override string Details => """
        An existing file is not overwritten. /template is NetKd's own: the store gets a boot manager, the settings objects and one boot
        loader entry, which is the default, so that /debug and /dbgsettings work at once.
        """;

    public override bool NeedsStore => false;

    public override void Run(BcdEditSession session, IReadOnlyList<string> arguments)
    {
        bool hasTemplate = arguments.Count > 1 && BcdEditArguments.Switch(arguments[1]) == "template";
        if (arguments.Count == 0 || arguments.Count > (hasTemplate ? 3 : 1)) throw NotValid();
        if (File.Exists(arguments[0]))
            throw BcdEditException.Store("The store could not be created.", $"The file exists: {arguments[0]}");
        BcdStore store = BcdStore.Create(session.Environment.Time);
        if (hasTemplate) ObjectTemplates.CreateBootable(store, arguments.Count == 3 ? arguments[2] : DefaultDescription);
        session.Save(store, arguments[0]);
        session.Succeed();
    }
}
