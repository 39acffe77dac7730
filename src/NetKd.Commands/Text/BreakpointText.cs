namespace NetKd.Commands.Text;

/// <summary>Lines about breakpoints (facts: kd-transcript, bl and .bpcmds).</summary>
internal static class BreakpointText
{
    public static string Line(Breakpoint breakpoint, string? symbol)
    {
        string access = breakpoint.Kind == BreakpointKind.Data ? $" {AccessLetter(breakpoint.Access)} {breakpoint.Size} " : "     ";
        string once = breakpoint.IsOneShot ? "/1 " : "";
        string line = $"{breakpoint.Id,2} {(breakpoint.IsEnabled ? 'e' : 'd')} {AddressText.Format(breakpoint.Address)}{access}{once}" +
                      $"{breakpoint.CurrentPassCount:x4} ({breakpoint.PassCount:x4}) {symbol}";
        return (breakpoint.Command is { Length: > 0 } command ? $"{line.TrimEnd()} \"{command}\"" : line).TrimEnd();
    }

    /// <summary>The command that makes the breakpoint again.</summary>
    public static string Recreate(Breakpoint breakpoint)
    {
        string start = breakpoint.Kind == BreakpointKind.Data
            ? $"ba{breakpoint.Id} {AccessLetter(breakpoint.Access)}{breakpoint.Size}"
            : $"bp{breakpoint.Id}";
        string once = breakpoint.IsOneShot ? " /1" : "";
        string passes = breakpoint.PassCount > 1 ? $" 0x{breakpoint.PassCount:x}" : "";
        string command = breakpoint.Command is { Length: > 0 } text ? $"  \"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : "";
        return $"{start}{once} 0x{AddressText.Format(breakpoint.Address)}{passes}{command};";
    }

    private static char AccessLetter(DataAccess access) => access switch
    {
        DataAccess.Execute => 'e',
        DataAccess.Write => 'w',
        DataAccess.Io => 'i',
        _ => 'r',
    };
}
