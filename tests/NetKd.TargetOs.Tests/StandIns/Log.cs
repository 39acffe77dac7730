namespace NetKd.TargetOs.Debugger;

/// <summary>The serial console: nobody reads it here.</summary>
internal static class Log
{
    public static void Begin(ReadOnlySpan<byte> text) => Write(text);

    public static void Write(ReadOnlySpan<byte> text) => Lines += text.Length == 0 ? 0 : 1;

    public static void IPv4(uint address) => Lines += address == 0 ? 0 : 1;

    public static void IPv6(ulong high, ulong low) => Lines += (high | low) == 0 ? 0 : 1;

    public static void End() => Lines++;

    /// <summary>How much was logged.</summary>
    [field: ThreadStatic]
    public static int Lines { get; private set; }
}
