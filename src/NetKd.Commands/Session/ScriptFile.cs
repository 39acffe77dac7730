namespace NetKd.Commands.Session;

/// <summary>Script files: <c>$&lt;file</c>, <c>$&gt;&lt;file</c>, <c>$$&lt;file</c>, <c>$$&gt;&lt;file</c>.</summary>
internal static class ScriptFile
{
    private static readonly string[] s_marks = ["$$><", "$$<", "$><", "$<"];

    /// <summary>Reads the script that a command names; false when the command is not a script call.</summary>
    public static bool TryRead(string command, out string script)
    {
        script = "";
        string? mark = Array.Find(s_marks, mark => command.StartsWith(mark, StringComparison.Ordinal));
        if (mark is null) return false;
        string path = command[mark.Length..].Trim().Trim('"');
        script = Read(path);
        return true;
    }

    /// <summary>Reads a script file.</summary>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"Cannot read script file '{path}': {e.Message}");
        }
    }
}
