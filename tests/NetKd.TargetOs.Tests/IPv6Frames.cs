using System.Buffers.Binary;
using System.Net;

namespace NetKd.TargetOs.Tests;

/// <summary>Good IPv6 frames to the machine under test, written by hand from the RFCs rather than by the kernel's own writers.</summary>
internal static class IPv6Frames
{
    public const string LinkLocal = "fe80::5054:ff:fe12:3456";
    public const string Global = "2001:db8:0:5:5054:ff:fe12:3456";
    public const string Router = "fe80::1";
    public const string Host = "2001:db8:ffff::2";
    public const string AllNodes = "ff02::1";

    public static byte[] RouterAdvertisement(ushort lifetime = 1800, byte prefixLength = 64, byte flags = 0xC0, string prefix = "2001:db8:0:5::") => Icmp(
        Router,
        AllNodes,
        [134, 0, 0, 0, 64, 0, (byte)(lifetime >> 8), (byte)lifetime, .. new byte[8], 1, 1, .. Frames.NeighbourHardware,
            3, 4, prefixLength, flags, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, .. Bytes(prefix)]);

    public static byte[] Solicitation(string source, string target) => Icmp(
        source,
        "ff02::1:ff12:3456",
        source == "::" ? [135, 0, 0, 0, 0, 0, 0, 0, .. Bytes(target)] : [135, 0, 0, 0, 0, 0, 0, 0, .. Bytes(target), 1, 1, .. Frames.NeighbourHardware]);

    public static byte[] Advertisement(string target) => Icmp(target, AllNodes, [136, 0, 0, 0, 0x20, 0, 0, 0, .. Bytes(target), 2, 1, .. Frames.NeighbourHardware]);

    public static byte[] Icmp(string source, string destination, byte[] message, byte hopLimit = 255)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(source, destination, 58, message));
        return Packet(source, destination, 58, message, hopLimit);
    }

    public static byte[] Udp(string source, string destination, ushort port, byte[] payload)
    {
        byte[] datagram = [0x9C, 0x40, (byte)(port >> 8), (byte)port, 0, (byte)(8 + payload.Length), 0, 0, .. payload];
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), Checksum(source, destination, 17, datagram));
        return Packet(source, destination, 17, datagram, 64);
    }

    /// <summary>0 over a message that includes its own correct checksum.</summary>
    public static ushort Checksum(string source, string destination, byte protocol, ReadOnlySpan<byte> message) =>
        Frames.Checksum([.. Bytes(source), .. Bytes(destination), 0, 0, 0, (byte)message.Length, 0, 0, 0, protocol, .. message]);

    public static byte[] Bytes(string address) => IPAddress.Parse(address).GetAddressBytes();

    private static byte[] Packet(string source, string destination, byte protocol, byte[] content, byte hopLimit) =>
    [
        .. ScriptedAdapter.Own, .. Frames.NeighbourHardware, 0x86, 0xDD,
        0x60, 0, 0, 0, 0, (byte)content.Length, protocol, hopLimit, .. Bytes(source), .. Bytes(destination), .. content,
    ];
}
