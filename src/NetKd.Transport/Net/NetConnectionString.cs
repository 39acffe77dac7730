using System.Globalization;

namespace NetKd.Transport.Net;

/// <summary>Reads the options after <c>net:</c> (facts: kernel-debugging-docs, A.2 and A.4).</summary>
internal static class NetConnectionString
{
    // RFC 1035, section 2.3.4.
    private const int MaxNameLength = 253;

    /// <summary>Reads the options, which are without blanks around them.</summary>
    /// <exception cref="ConnectionStringException">An option is unknown or malformed.</exception>
    internal static NetConnectionOptions Parse(IReadOnlyList<string> options)
    {
        ushort port = NetConnectionOptions.DefaultPort;
        KdNetKey? key = null;
        string target = "";
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
                    key = value.Length == 0 ? null : ParseKey(value);
                    break;
                case "target":
                    target = ParseTarget(value);
                    break;
                default:
                    throw new ConnectionStringException($"\"{ConnectionString.Shorten(name)}\" is not an option of net: (port, key, target)");
            }
        }

        return new NetConnectionOptions(port, key, target);
    }

    private static ushort ParsePort(string value)
    {
        if (ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port != 0) return port;
        throw new ConnectionStringException($"port=\"{ConnectionString.Shorten(value)}\" is not a UDP port: use a number from 50000 to 50039 (any from 49152 to 65535 is allowed)");
    }

    private static KdNetKey ParseKey(string value)
    {
        KeyTextFault fault = KeyText.TryParse(value, out KdNetKey key, out int part);
        if (fault == KeyTextFault.None) return key;
        throw new ConnectionStringException($"{KeyTextFormat.Describe(fault, part)}; a key is four groups of 1 to 13 digits and letters, joined with dots");
    }

    private static string ParseTarget(string value)
    {
        if (value.Length == 0 || NetConnectionOptions.TryReadAddress(value, out _)) return value;
        if (value.Contains(':', StringComparison.Ordinal))
            throw new ConnectionStringException($"target=\"{ConnectionString.Shorten(value)}\" holds a colon but is not an IPv6 address, such as fd00::10");
        if (value.All(c => char.IsAsciiDigit(c) || c == '.'))
            throw new ConnectionStringException($"target=\"{ConnectionString.Shorten(value)}\" is not an IPv4 address: it has four numbers from 0 to 255, as in 10.0.0.10");
        if (value.Length > MaxNameLength || !value.All(c => char.IsLetterOrDigit(c) || c is '-' or '.' or '_'))
            throw new ConnectionStringException($"target=\"{ConnectionString.Shorten(value)}\" is neither an address nor the name of a machine");
        return value;
    }
}
