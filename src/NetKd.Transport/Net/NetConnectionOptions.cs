using System.Net;
using System.Net.Sockets;

namespace NetKd.Transport.Net;

/// <summary>Which of IPv4 and IPv6 a connection uses.</summary>
[Flags]
public enum AddressFamilies
{
    /// <summary>IPv4.</summary>
    IPv4 = 1,
    /// <summary>IPv6.</summary>
    IPv6 = 2,
    /// <summary>Whichever the target uses.</summary>
    Both = IPv4 | IPv6,
}

/// <summary>
/// A <c>net:</c> string that was read: <c>net:port=50000,key=w.x.y.z[,target=...]</c> (facts: kernel-debugging-docs, A.2 and A.4).
/// </summary>
/// <param name="Port">UDP port: the one to listen on, or with a target to go to, the target's.</param>
/// <param name="Key">The shared secret; null for the unencrypted mode of the wire, which nobody should use by accident.</param>
/// <param name="Target">Text of <c>target=</c>: empty, an address of either family, or a name.</param>
public sealed record NetConnectionOptions(ushort Port, KdNetKey? Key, string Target = "") : ConnectionOptions
{
    /// <summary>The registered debugger port, used when the string names none (facts: kdnet-wire, section 7).</summary>
    public const ushort DefaultPort = 5364;

    /// <summary>First UDP port of the documented range.</summary>
    public const ushort FirstDocumentedPort = 49152;

    /// <summary>First UDP port of the recommended range.</summary>
    public const ushort FirstRecommendedPort = 50000;

    /// <summary>Last UDP port of the recommended range.</summary>
    public const ushort LastRecommendedPort = 50039;

    /// <summary>The most addresses of a name that are tried: one with more is not the name of a target.</summary>
    public const int MaxTargetAddresses = 8;

    /// <summary>The address after <c>target=</c>; null without one and for a name.</summary>
    public IPAddress? TargetAddress => TryReadAddress(Target, out IPAddress? address) ? address : null;

    /// <summary>
    /// True when the debugger goes to the target; false when it listens: no <c>target=</c>, or one of the two addresses that only choose
    /// a family, <c>::</c> and <c>0.0.0.0</c>.
    /// </summary>
    public bool GoesToTarget => Target.Length > 0 && (TargetAddress is not { } address || !(address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));

    /// <summary>The families that the text allows: an address forces its own, a name is tried on both.</summary>
    public AddressFamilies Families => TargetAddress?.AddressFamily switch
    {
        AddressFamily.InterNetwork => AddressFamilies.IPv4,
        AddressFamily.InterNetworkV6 => AddressFamilies.IPv6,
        _ => AddressFamilies.Both,
    };

    /// <inheritdoc/>
    public override string MaskedText
    {
        get
        {
            string key = Key is null ? "" : $",key={KeyTextFormat.Mask}";
            string target = Target.Length == 0 ? "" : $",target={Target}";
            return $"net:port={Port}{key}{target}";
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings
    {
        get
        {
            if (Port is DefaultPort or (>= FirstRecommendedPort and <= LastRecommendedPort)) return [];
            return Port < FirstDocumentedPort
                ? [$"UDP port {Port} is outside the range documented for KDNET ({FirstDocumentedPort} to {ushort.MaxValue}): the target's set-up may refuse it; use {FirstRecommendedPort} to {LastRecommendedPort}."]
                : [$"UDP port {Port} is outside the range recommended for KDNET ({FirstRecommendedPort} to {LastRecommendedPort}): a system may hand it to another program."];
        }
    }

    /// <summary>
    /// Reads an address in its full form. Short forms such as 10.1 are refused: they are more often typing errors than addresses.
    /// </summary>
    internal static bool TryReadAddress(string text, out IPAddress? address)
    {
        address = null;
        if (!text.Contains(':', StringComparison.Ordinal) && text.Count(c => c == '.') != 3) return false;
        return IPAddress.TryParse(text, out address);
    }
}
