using System.Net;
using System.Net.Sockets;
using NetKd.BootConfig.Bcd;
using NetKd.Protocol.Net;

namespace NetKd.BootConfig.Language;

/// <summary>The documented ranges of elements (facts: kernel-debugging-docs, C.2, C.4): what each allows, in words.</summary>
internal static class ElementRules
{
    public const string Ports = "A UDP port is a number from 49152 to 65535; 50000 to 50039 are recommended.";
    public const string IPv4 = "An address is four numbers from 0 to 255 joined with dots: the IPv4 address of the computer that runs the debugger.";

    private const string BaudRates = "Rates are 9600, 19200, 38400, 57600 and 115200.";
    private const string SerialPorts = "A serial port is a number from 1 to 255, 1 for COM1.";
    private const string Channels = "A channel is a number from 0 to 62.";
    private const string TargetNames = "A target name has 1 to 24 characters out of -, _, 0-9, A-Z and a-z, and does not contain \"debug\".";
    private const string BusParameters = "Bus parameters are decimal: BUS.DEVICE.FUNCTION, SEGMENT.BUS.DEVICE.FUNCTION, or the number of a DBG2 table entry from 1 to 255.";
    private const string IPv6 = "An IPv6 address has up to eight groups joined with colons, as in 2001:db8::1.";
    private const int MostTargetNameCharacters = 24;

    /// <summary>What the element allows when the value is outside of that, or null.</summary>
    public static string? Refuse(uint type, BcdValue value) => type switch
    {
        WellKnown.Port or 0x25000134 or WellKnown.HypervisorHostPort => Unless(value is BcdValue.Integer { Value: >= 49152 and <= 65535 }, Ports),
        WellKnown.HostIP or 0x25000133 or WellKnown.HypervisorHostIP => Unless(value is BcdValue.Integer { Value: > 0 and <= uint.MaxValue }, IPv4),
        WellKnown.BaudRate or 0x25000139 or WellKnown.HypervisorBaudRate or WellKnown.EmsBaudRate =>
            Unless(value is BcdValue.Integer { Value: 9600 or 19200 or 38400 or 57600 or 115200 }, BaudRates),
        WellKnown.DebugPort or 0x2500012F or WellKnown.HypervisorDebugPort or WellKnown.EmsPort => Unless(value is BcdValue.Integer { Value: >= 1 and <= 255 }, SerialPorts),
        WellKnown.Channel or 0x25000131 or WellKnown.HypervisorChannel => Unless(value is BcdValue.Integer { Value: <= 62 }, Channels),
        WellKnown.TargetName or 0x22000132 => Unless(value is BcdValue.String name && IsTargetName(name.Value), TargetNames),
        WellKnown.BusParameters or 0x2200012D or WellKnown.HypervisorBusParameters => Unless(value is BcdValue.String bus && IsBusParameters(bus.Value), BusParameters),
        WellKnown.HostIPv6 or 0x22000156 or WellKnown.HypervisorHostIPv6 => Unless(value is BcdValue.String address && IsIPv6(address.Value), IPv6),
        WellKnown.Key or 0x22000136 or WellKnown.HypervisorKey => RefuseKey(value),
        _ => null,
    };

    /// <summary>Whether a text is an IPv4 address in four decimal parts, and its number.</summary>
    public static bool TryIPv4(string text, out ulong value)
    {
        value = 0;
        // IPAddress reads shorter and octal forms too, which would be another address than the one meant.
        if (text.Count(c => c == '.') != 3 || !IPAddress.TryParse(text, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetwork) return false;
        value = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
        return address.ToString() == text;
    }

    private static string? Unless(bool isAllowed, string words) => isAllowed ? null : words;

    private static bool IsTargetName(string text) =>
        text.Length is > 0 and <= MostTargetNameCharacters
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        && !text.Contains("debug", StringComparison.OrdinalIgnoreCase);

    private static bool IsBusParameters(string text)
    {
        string[] parts = text.Split('.');
        int[] numbers = [.. parts.Select(part => part.Length is > 0 and <= 5 && part.All(char.IsAsciiDigit) ? int.Parse(part, CultureInfo.InvariantCulture) : -1)];
        return numbers switch
        {
            [int entry] => entry is >= 1 and <= 255,
            [int bus, int device, int function] => bus is >= 0 and <= 255 && device is >= 0 and <= 31 && function is >= 0 and <= 7,
            [int segment, int bus, int device, int function] => segment is >= 0 and <= 65535 && bus is >= 0 and <= 255 && device is >= 0 and <= 31 && function is >= 0 and <= 7,
            _ => false,
        };
    }

    private static bool IsIPv6(string text) =>
        text.Contains(':', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal) && IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static string? RefuseKey(BcdValue value)
    {
        KeyTextFault fault = KeyText.TryParse((value as BcdValue.String)?.Value, out _, out int part);
        return fault == KeyTextFault.None ? null : $"{KeyTextFormat.Describe(fault, part)}; a key is four groups of 1 to 13 digits and letters, joined with dots.";
    }
}
