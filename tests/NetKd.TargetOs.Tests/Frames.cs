using System.Buffers.Binary;
using NetKd.TargetOs.Net;

namespace NetKd.TargetOs.Tests;

/// <summary>Good frames to the machine under test, written out by hand from the RFCs rather than by the kernel's own writers.</summary>
internal static class Frames
{
    public const uint Machine = 0x0A00020F;
    public const uint Neighbour = 0x0A000202;
    public const uint Mask = 0xFFFFFF00;

    public static readonly byte[] NeighbourHardware = [2, 0, 0, 0, 0, 1];

    /// <summary>A UDP datagram, with options of so many words in its IPv4 header.</summary>
    public static byte[] Udp(ReadOnlySpan<byte> payload, ushort source = 50000, ushort destination = 50000, int optionWords = 0, uint to = Machine)
    {
        byte[] datagram = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, source);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), destination);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        payload.CopyTo(datagram.AsSpan(8));
        byte[] pseudo = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(pseudo, Neighbour);
        BinaryPrimitives.WriteUInt32BigEndian(pseudo.AsSpan(4), to);
        pseudo[9] = 17;
        BinaryPrimitives.WriteUInt16BigEndian(pseudo.AsSpan(10), (ushort)datagram.Length);
        ushort checksum = Checksum([.. pseudo, .. datagram]);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), checksum == 0 ? ushort.MaxValue : checksum);
        return IPv4(17, datagram, optionWords, to);
    }

    public static byte[] Echo(ReadOnlySpan<byte> payload)
    {
        byte[] message = [8, 0, 0, 0, 0x12, 0x34, 0, 1, .. payload];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        return IPv4(1, message, 0, Machine);
    }

    public static byte[] ArpRequest(uint target) => Arp(1, target);

    public static byte[] Arp(ushort operation, uint target, uint sender = Neighbour)
    {
        byte[] frame = new byte[42];
        Ethernet.Broadcast.CopyTo(frame);
        NeighbourHardware.CopyTo(frame, 6);
        frame[12] = 8;
        frame[13] = 6;
        byte[] kind = [0, 1, 8, 0, 6, 4, 0, (byte)operation];
        kind.CopyTo(frame, 14);
        NeighbourHardware.CopyTo(frame, 22);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(28), sender);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(38), target);
        return frame;
    }

    /// <summary>RFC 1071, the plain way.</summary>
    public static ushort Checksum(ReadOnlySpan<byte> data)
    {
        uint sum = 0;
        for (int i = 0; i < data.Length; i++) sum += i % 2 == 0 ? (uint)data[i] << 8 : data[i];
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    private static byte[] IPv4(byte protocol, ReadOnlySpan<byte> payload, int optionWords, uint to)
    {
        byte[] header = new byte[20 + (4 * optionWords)];
        header[0] = (byte)(0x45 + optionWords);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(header.Length + payload.Length));
        header[8] = 64;
        header[9] = protocol;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(12), Neighbour);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(16), to);
        header.AsSpan(20).Fill(1);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksum(header));
        byte[] frame = [.. ScriptedAdapter.Own, .. NeighbourHardware, 8, 0, .. header, .. payload];
        // The shortest Ethernet frame is 60 bytes without its checksum; what is behind the packet is padding.
        return frame.Length >= 60 ? frame : [.. frame, .. new byte[60 - frame.Length]];
    }
}
