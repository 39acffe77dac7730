using System.Buffers.Binary;

namespace NetKd.TargetOs.Net;

/// <summary>The one's-complement sum of IPv4, ICMP, ICMPv6 and UDP (RFC 1071), gathered over several pieces of even length.</summary>
internal struct InternetChecksum
{
    private ulong _sum;

    public void Add(ReadOnlySpan<byte> data)
    {
        while (data.Length >= 2)
        {
            _sum += BinaryPrimitives.ReadUInt16BigEndian(data);
            data = data.Slice(2);
        }

        if (data.Length != 0) _sum += (uint)data[0] << 8;
    }

    public void Add(uint value) => _sum += (value >> 16) + (value & 0xFFFF);

    /// <summary>Adds an IPv6 address.</summary>
    public void Add(in PeerAddress address)
    {
        Add((uint)(address.High >> 32));
        Add((uint)address.High);
        Add((uint)(address.Low >> 32));
        Add((uint)address.Low);
    }

    /// <summary>The value for a checksum field; 0 over data that includes its own correct checksum.</summary>
    public readonly ushort Result
    {
        get
        {
            ulong sum = _sum;
            while (sum > 0xFFFF) sum = (sum >> 16) + (sum & 0xFFFF);
            return (ushort)~sum;
        }
    }
}
