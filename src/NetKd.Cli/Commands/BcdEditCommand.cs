using System.CommandLine;
using NetKd.BootConfig.Language;

namespace NetKd.Cli.Commands;

/// <summary><c>netkd bcdedit</c>: the bcdedit language, whose switches are not those of the other commands.</summary>
internal static class BcdEditCommand
{
    private const string Name = "bcdedit";

    /// <summary>The command as <c>netkd --help</c> lists it.</summary>
    public static Command Create() => new(Name, "Shows and edits boot configuration stores (BCD): netkd bcdedit /? lists the commands.");

    /// <summary>Runs a command line that begins with the command's name, untouched: the parser would take its slashes, hyphens and /? for its own.</summary>
    public static bool TryRun(string[] arguments, out int exitCode)
    {
        bool isMine = arguments.Length > 0 && arguments[0] == Name;
        exitCode = isMine ? BcdEdit.Run(arguments[1..], Console.Out, Console.Error) : 0;
        return isMine;
    }
}
