namespace NetKd.Commands.Text;

/// <summary>Lines about breakpoints (facts: kd-transcript, bl and .bpcmds).</summary>
internal static class BreakpointText
{
    public static string Line(Breakpoint breakpoint, string? symbol, string sourceLine = "", int pointerSize = 8)
    {
        char enabled = breakpoint.IsEnabled ? 'e' : 'd';
        // What waits for its module has no address (facts: kd-transcript, bp zzz!foo).
        string place = breakpoint.IsResolved ? $"{enabled} {AddressText.Format(breakpoint.Address, pointerSize)}" : $"{enabled}u {new string(' ', 2 * pointerSize)}";
        string access = breakpoint.Kind == BreakpointKind.Data ? $" {AccessLetter(breakpoint.Access)} {breakpoint.Size} " : "     ";
        if (sourceLine.Length > 0) access += sourceLine + " ";
        string once = breakpoint.IsOneShot ? "/1 " : "";
        string name = breakpoint.IsResolved ? symbol ?? "" : $"({breakpoint.Location?.Text})";
        string line = $"{breakpoint.Id,2} {place}{access}{once}{breakpoint.CurrentPassCount:x4} ({breakpoint.PassCount:x4}) {name}";
        return (breakpoint.Command is { Length: > 0 } command ? $"{line.TrimEnd()} \"{command}\"" : line).TrimEnd();
    }

    /// <summary>The command that makes the breakpoint again.</summary>
    public static string Recreate(Breakpoint breakpoint, int pointerSize = 8)
    {
        string start = breakpoint.Kind == BreakpointKind.Data
            ? $"ba{breakpoint.Id} {AccessLetter(breakpoint.Access)}{breakpoint.Size}"
            : $"{(breakpoint.Location is null ? "bp" : "bu")}{breakpoint.Id}";
        string once = breakpoint.IsOneShot ? " /1" : "";
        string passes = breakpoint.PassCount > 1 ? $" 0x{breakpoint.PassCount:x}" : "";
        string command = breakpoint.Command is { Length: > 0 } text ? $"  \"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : "";
        string place = breakpoint.Location?.Text ?? $"0x{AddressText.Format(breakpoint.Address, pointerSize)}";
        return $"{start}{once} {place}{passes}{command};";
    }

    private static char AccessLetter(DataAccess access) => access switch
    {
        DataAccess.Execute => 'e',
        DataAccess.Write => 'w',
        DataAccess.Io => 'i',
        _ => 'r',
    };
}
