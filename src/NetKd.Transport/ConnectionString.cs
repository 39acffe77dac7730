using System.Globalization;

namespace NetKd.Transport;

/// <summary>A connection string that cannot be used. The message is one line for the user and never holds a key.</summary>
public sealed class ConnectionStringException(string message) : FormatException(message);

/// <summary>Reads the text that follows <c>-k</c>: a transport word, a colon, and options (facts: kernel-debugging-docs, A.2).</summary>
public static class ConnectionString
{
    /// <summary>Reads a connection string.</summary>
    /// <exception cref="ConnectionStringException">The text is malformed, or names a transport that cannot be used.</exception>
    public static ConnectionOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            throw new ConnectionStringException($"\"{Shorten(text)}\" is not a connection string: it begins with a transport and a colon, as in net:port=50000,key=w.x.y.z");
        string transport = text[..colon].Trim().ToLowerInvariant();
        string[] options = text[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries);
        return transport switch
        {
            "net" => ParseNet(options),
            "com" or "usb" or "1394" or "kdsrv" or "exdi" =>
                throw new ConnectionStringException($"the {transport}: transport is not supported by this version; use net:port=N,key=w.x.y.z"),
            _ => throw new ConnectionStringException($"\"{Shorten(transport)}\" is not a transport; use net:port=N,key=w.x.y.z"),
        };
    }

    private static NetConnectionOptions ParseNet(string[] options)
    {
        ushort port = NetConnectionOptions.DefaultPort;
        KdNetKey? key = null;
        foreach (string option in options)
        {
            if (option.Length == 0) continue;
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string name = (equals < 0 ? option : option[..equals]).Trim().ToLowerInvariant();
            string value = equals < 0 ? "" : option[(equals + 1)..].Trim();
            switch (name)
            {
                case "port":
                    port = ParsePort(value);
                    break;
                case "key":
                    key = ParseKey(value);
                    break;
                case "target" when value.Length == 0:
                    break;
                case "target":
                    throw new ConnectionStringException("target= (the debugger goes to the target) is not supported by this version; set the target's hostip to this machine instead");
                default:
                    throw new ConnectionStringException($"\"{Shorten(name)}\" is not an option of net: (port, key)");
            }
        }

        if (key is null)
            throw new ConnectionStringException("net: needs a key, as in net:port=50000,key=w.x.y.z: the one that the target's set-up printed");
        return new NetConnectionOptions(port, key.Value);
    }

    private static ushort ParsePort(string value)
    {
        if (ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port != 0) return port;
        throw new ConnectionStringException($"port=\"{Shorten(value)}\" is not a UDP port: use a number from 50000 to 50039 (any from 49152 to 65535 is allowed)");
    }

    private static KdNetKey ParseKey(string value)
    {
        KeyTextFault fault = KeyText.TryParse(value, out KdNetKey key, out int part);
        if (fault == KeyTextFault.None) return key;
        throw new ConnectionStringException($"{KeyTextFormat.Describe(fault, part)}; a key is four groups of 1 to 13 digits and letters, joined with dots");
    }

    // A message repeats only the beginning of what was typed: a key pasted in the wrong place must not reach a log whole.
    private static string Shorten(string text) => text.Length <= 10 ? text : text[..4] + "...";
}
