namespace NetKd.BootConfig.Language;

/// <summary>A command that cannot be done: the lines to show and the exit code.</summary>
internal sealed class BcdEditException(int exitCode, params string[] lines) : Exception(string.Join(' ', lines))
{
    private const string Assistance = "Run \"bcdedit /?\" for command line assistance.";
    private const string ParameterIncorrect = "The parameter is incorrect.";

    public int ExitCode => exitCode;

    public IReadOnlyList<string> Lines => lines;

    /// <summary>A command line that is wrong, in the words of bcdedit, with what would be right.</summary>
    public static BcdEditException NotValid(string command, string allowed) =>
        new(BcdEdit.Usage, $"The {command} command specified is not valid.", allowed, Assistance, ParameterIncorrect);

    /// <summary>A value that an element cannot have.</summary>
    public static BcdEditException DataNotValid(string kind, string allowed) =>
        new(BcdEdit.Usage, $"The {kind} data is not valid as specified.", allowed, Assistance, ParameterIncorrect);

    /// <summary>An element that is unknown, or means nothing on this object.</summary>
    public static BcdEditException UnknownElement(string name) => new(
        BcdEdit.Usage,
        "The element data type specified is not recognized, or does not apply to the specified entry.",
        $"\"{name}\" is no element of this entry; names are listed by bcdedit /? TYPES, others are written as custom:0xXXXXXXXX.",
        Assistance,
        "Element not found.");

    /// <summary>An identifier that cannot be read.</summary>
    public static BcdEditException BadIdentifier(string text) => new(
        BcdEdit.Usage,
        "The specified entry identifier is not valid.",
        $"\"{text}\" is neither a GUID in braces nor a known name in braces; bcdedit /? ID lists the names, and shells such as PowerShell need quotes around braces.",
        ParameterIncorrect);

    /// <summary>An entry that the store does not have.</summary>
    public static BcdEditException NotFound(string operation, string next) => new(BcdEdit.Failed, operation, "Element not found.", next);

    /// <summary>A store that cannot be opened or saved.</summary>
    public static BcdEditException Store(string operation, string reason) => new(BcdEdit.Failed, operation, reason);
}
