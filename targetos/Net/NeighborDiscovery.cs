using System.Buffers.Binary;

namespace NetKd.TargetOs.Net;

/// <summary>The messages of neighbour discovery (RFC 4861, chapter 4) and their options. ICMPv6 checksums are the caller's.</summary>
internal static class NeighborDiscovery
{
    public const byte RouterSolicitation = 133;
    public const byte RouterAdvertisement = 134;
    public const byte Solicitation = 135;
    public const byte Advertisement = 136;

    public const byte SourceHardware = 1;
    public const byte TargetHardware = 2;
    public const byte PrefixInformation = 3;

    /// <summary>Bytes of a solicitation or advertisement before its options.</summary>
    public const int Size = 24;

    /// <summary>Bytes of a hardware address option.</summary>
    public const int HardwareOptionSize = 8;

    public const int RouterSolicitationSize = 8;

    /// <summary>Flags of an advertisement: sent because it was asked for, and overriding what was known.</summary>
    public const uint Solicited = 0x4000_0000;
    public const uint Override = 0x2000_0000;

    private const int RouterAdvertisementSize = 16;
    private const int PrefixOptionSize = 32;
    private const byte OnLinkFlag = 0x80;
    private const byte AutonomousFlag = 0x40;

    /// <summary>Writes a solicitation or advertisement and returns its length. Without a hardware address it has no option.</summary>
    public static int Write(Span<byte> message, byte kind, uint flags, in PeerAddress target, byte option, ReadOnlySpan<byte> hardware)
    {
        message.Slice(0, Size + HardwareOptionSize).Clear();
        message[0] = kind;
        BinaryPrimitives.WriteUInt32BigEndian(message.Slice(4), flags);
        IPv6.WriteAddress(message.Slice(8), target);
        if (hardware.Length == 0) return Size;
        WriteHardware(message.Slice(Size), option, hardware);
        return Size + HardwareOptionSize;
    }

    /// <summary>Writes a router solicitation and returns its length.</summary>
    public static int WriteRouterSolicitation(Span<byte> message, ReadOnlySpan<byte> hardware)
    {
        message.Slice(0, RouterSolicitationSize).Clear();
        message[0] = RouterSolicitation;
        WriteHardware(message.Slice(RouterSolicitationSize), SourceHardware, hardware);
        return RouterSolicitationSize + HardwareOptionSize;
    }

    /// <summary>
    /// Finds an option among those at the end of a message, whole. False when it is absent or the options are damaged: a length of 0
    /// spoils a message (RFC 4861, 4.6).
    /// </summary>
    public static bool TryOption(ReadOnlySpan<byte> options, byte kind, out ReadOnlySpan<byte> option)
    {
        option = default;
        while (options.Length >= 2)
        {
            int length = 8 * options[1];
            if (length == 0 || length > options.Length) return false;
            if (options[0] == kind)
            {
                option = options.Slice(0, length);
                return true;
            }

            options = options.Slice(length);
        }

        return false;
    }

    /// <summary>Finds the hardware address in the options.</summary>
    public static bool TryHardware(ReadOnlySpan<byte> options, byte kind, out ReadOnlySpan<byte> hardware)
    {
        hardware = default;
        if (!TryOption(options, kind, out ReadOnlySpan<byte> option) || option.Length != HardwareOptionSize) return false;
        hardware = option.Slice(2, Ethernet.AddressSize);
        return true;
    }

    /// <summary>
    /// Reads a router advertisement: how long the router serves, in seconds, and the prefix of 64 bits that it gives for addresses,
    /// 0 when it gives none.
    /// </summary>
    public static bool TryReadRouter(ReadOnlySpan<byte> message, out ushort lifetime, out ulong prefix, out bool onLink, out ReadOnlySpan<byte> options)
    {
        lifetime = 0;
        prefix = 0;
        onLink = false;
        options = default;
        if (message.Length < RouterAdvertisementSize) return false;
        lifetime = BinaryPrimitives.ReadUInt16BigEndian(message.Slice(6));
        options = message.Slice(RouterAdvertisementSize);
        if (!TryOption(options, PrefixInformation, out ReadOnlySpan<byte> option) || option.Length != PrefixOptionSize) return true;

        // Addresses are formed from prefixes of 64 bits, and never from the link-local one (RFC 4862, 5.5.3).
        uint valid = BinaryPrimitives.ReadUInt32BigEndian(option.Slice(4));
        PeerAddress network = IPv6.ReadAddress(option.Slice(16));
        if (option[2] != 64 || (option[3] & AutonomousFlag) == 0 || valid == 0) return true;
        if (IPv6.IsLinkLocal(network) || IPv6.IsMulticast(network)) return true;
        prefix = network.High;
        onLink = (option[3] & OnLinkFlag) != 0;
        return true;
    }

    private static void WriteHardware(Span<byte> option, byte kind, ReadOnlySpan<byte> hardware)
    {
        option[0] = kind;
        option[1] = 1;
        hardware.CopyTo(option.Slice(2));
    }
}
