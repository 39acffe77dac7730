using System.Diagnostics.CodeAnalysis;

namespace NetKd.Gdb;

/// <summary>Where a stub listens.</summary>
/// <param name="Host">Name or address of its machine, an IPv6 address without brackets.</param>
/// <param name="Port">TCP port.</param>
public sealed record StubAddress(string Host, ushort Port)
{
    /// <summary>Reads HOST:PORT, with an IPv6 address in brackets.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out StubAddress? address)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = null;
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), out ushort port) || port == 0) return false;
        address = new StubAddress(text[..colon].Trim('[', ']'), port);
        return true;
    }
}
