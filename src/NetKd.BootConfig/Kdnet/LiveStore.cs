using NetKd.BootConfig.Language;

namespace NetKd.BootConfig.Kdnet;

/// <summary>Writes network debugging settings into the store that this Windows started from, with the system's own bcdedit.</summary>
public static class LiveStore
{
    /// <summary>
    /// Runs the commands of <see cref="KdnetSettings.Commands"/> one after the other and stops at the first that fails: the debugger is
    /// turned on last, so that a failure leaves it off. A key of the caller's own is refused: a process's command line is no secret.
    /// </summary>
    public static KdnetOutcome Write(KdnetSettings settings, TextWriter errors) => Write(settings, errors, BcdEdit.Run);

    internal static KdnetOutcome Write(KdnetSettings settings, TextWriter errors, Func<IReadOnlyList<string>, TextWriter, TextWriter, int> bcdEdit)
    {
        if (settings.Key is not null) throw new ArgumentException("A given key would stand on bcdedit's command line.", nameof(settings));
        foreach (IReadOnlyList<string> command in settings.Commands())
        {
            StringWriter output = new();
            int exitCode = bcdEdit(command, output, errors);
            if (exitCode == BcdEdit.Done) continue;
            // Windows' bcdedit writes its reasons to its output.
            errors.Write(output.ToString());
            errors.WriteLine($"bcdedit {string.Join(' ', command)} failed (exit code {exitCode}): run this as administrator; if Secure Boot is on, turn it off in the firmware.");
            return new KdnetOutcome(BcdEdit.Failed, null, null);
        }

        return new KdnetOutcome(
            BcdEdit.Done,
            settings.HasKernelSettings ? ReadKey(["/dbgsettings"], "key", bcdEdit) : null,
            settings.HasHypervisorSettings ? ReadKey(["/hypervisorsettings"], "hypervisorusekey", bcdEdit) : null);
    }

    // The listing has the key whether it was made now or before.
    private static string? ReadKey(IReadOnlyList<string> command, string element, Func<IReadOnlyList<string>, TextWriter, TextWriter, int> bcdEdit)
    {
        StringWriter output = new();
        if (bcdEdit(command, output, TextWriter.Null) != BcdEdit.Done) return null;
        return output.ToString().Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .FirstOrDefault(words => words.Length == 2 && string.Equals(words[0], element, StringComparison.OrdinalIgnoreCase))?[1];
    }
}
