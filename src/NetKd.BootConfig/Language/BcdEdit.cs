using System.ComponentModel;
using NetKd.BootConfig.Language.Commands;

namespace NetKd.BootConfig.Language;

/// <summary>The bcdedit language on store files (facts: kernel-debugging-docs, C.1 to C.8).</summary>
public static class BcdEdit
{
    /// <summary>Exit code: done.</summary>
    public const int Done = 0;

    /// <summary>Exit code: the command was understood and could not be done.</summary>
    public const int Failed = 1;

    /// <summary>Exit code: the command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Runs one command line, without the program's name. Errors and advice go to <paramref name="errors"/>.</summary>
    /// <returns>An exit code; without <c>/store</c> on Windows that of the system's bcdedit.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors) => Run(arguments, output, errors, new BcdEditEnvironment());

    internal static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors, BcdEditEnvironment environment)
    {
        try
        {
            if (environment.SystemBcdEdit is { } system && IsForLiveStore(arguments)) return system(arguments, output, errors);
            BcdEditArguments parsed = BcdEditArguments.Parse(arguments, CommandTable.Names);
            BcdEditSession session = new(parsed, environment, errors);
            CommandTable.ByName(parsed.Command).Run(session, parsed.Rest);
            output.Write(session.Output);
            return Done;
        }
        catch (BcdEditException e)
        {
            foreach (string line in e.Lines) errors.WriteLine(line);
            return e.ExitCode;
        }
        catch (Win32Exception e)
        {
            errors.WriteLine($"Windows' own bcdedit did not start ({e.NativeErrorCode}): {new Win32Exception(e.NativeErrorCode).Message} For a store file give its name with /store (kdnet: --offline).");
            return Failed;
        }
    }

    // Commands that only the system's bcdedit knows belong to it as well.
    private static bool IsForLiveStore(IReadOnlyList<string> arguments)
    {
        string?[] switches = [.. arguments.Select(BcdEditArguments.Switch)];
        return !switches.Contains("store") && !Array.Exists(switches, word => CommandTable.All.Any(command => command.Name == word && !command.NeedsStore));
    }
}
