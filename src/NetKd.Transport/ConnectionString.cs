using NetKd.Transport.Com;
using NetKd.Transport.Net;

namespace NetKd.Transport;

/// <summary>A connection string that cannot be used. The message is one line for the user and never holds a key.</summary>
public sealed class ConnectionStringException(string message) : FormatException(message);

/// <summary>
/// Reads the text that follows <c>-k</c>: a transport word, a colon, and options joined with commas
/// (facts: kernel-debugging-docs, A.2). Letter case does not count.
/// </summary>
public static class ConnectionString
{
    /// <summary>Reads a connection string.</summary>
    /// <exception cref="ConnectionStringException">The text is malformed, or names a transport that cannot be used.</exception>
    /// <param name="text">The text. Empty is <c>com:</c>: everything from the environment, as kd's -k without a value.</param>
    /// <param name="environment">Reads an environment variable; null for the process's own.</param>
    public static ConnectionOptions Parse(string text, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0) text = "com:";
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            throw new ConnectionStringException($"\"{Shorten(text)}\" is not a connection string: it begins with a transport and a colon, as in net:port=50000,key=w.x.y.z");
        string transport = text[..colon].Trim().ToLowerInvariant();
        string options = text[(colon + 1)..];
        return transport switch
        {
            "net" => NetConnectionString.Parse(Split(options)),
            "com" => ComConnectionString.Parse(Split(options), environment ?? Environment.GetEnvironmentVariable),
            _ => throw new ConnectionStringException(
                Refusal(transport) ?? $"\"{Shorten(transport)}\" is not a transport; use net:port=N,key=w.x.y.z or com:port=DEVICE,baud=115200"),
        };
    }

    /// <summary>The beginning of what was typed: a key pasted in the wrong place must not reach a log whole.</summary>
    internal static string Shorten(string text) => text.Length <= 10 ? text : text[..4] + "...";

    // Transports that the documentation names and NetKd does not have: why, and what to use instead.
    private static string? Refusal(string transport) => transport switch
    {
        "1394" => "the 1394: transport (FireWire) needs Microsoft's 1394 driver on a Windows host and ended with Windows 10 1607; set the target to net or serial debugging instead",
        "usb" or "usb2" or "usb3" => "the usb: transport needs Microsoft's USB debug driver on a Windows host; set the target to net debugging instead (an Ethernet adapter that KDNET supports, or KDNET over USB)",
        "kdsrv" => "the kdsrv: transport speaks to Microsoft's KD connection server; run netkd on the machine that has the target's cable instead",
        "exdi" => "exdi: strings are not kernel connections: they follow -kx, not -k",
        _ => null,
    };

    private static string[] Split(string options) => options.Split(',', StringSplitOptions.TrimEntries);
}
