using System.Buffers.Binary;

namespace NetKd.TargetOs.Net;

/// <summary>What a DHCP server says (RFC 2131, options RFC 2132). Addresses are numbers in host order, 0 when not given.</summary>
internal struct DhcpMessage
{
    public const byte Discover = 1;
    public const byte Offer = 2;
    public const byte Request = 3;
    public const byte Acknowledge = 5;
    public const byte Refuse = 6;

    /// <summary>The fixed part and the cookie.</summary>
    public const int FixedSize = 240;

    private const uint Cookie = 0x63825363;
    private const byte OperationReply = 2;

    private const byte OptionPad = 0;
    private const byte OptionSubnetMask = 1;
    private const byte OptionRouter = 3;
    private const byte OptionRequestedAddress = 50;
    private const byte OptionLeaseTime = 51;
    private const byte OptionKind = 53;
    private const byte OptionServer = 54;
    private const byte OptionWanted = 55;
    private const byte OptionEnd = 255;

    public byte Kind;
    public uint Address;
    public uint SubnetMask;
    public uint Router;
    public uint Server;

    /// <summary>Seconds.</summary>
    public uint LeaseTime;

    /// <summary>Reads a server's message to this client and transaction.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, uint transaction, ReadOnlySpan<byte> hardware, out DhcpMessage message)
    {
        message = default;
        if (data.Length < FixedSize || data[0] != OperationReply) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(data.Slice(4)) != transaction) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(data.Slice(FixedSize - 4)) != Cookie) return false;
        if (!data.Slice(28, Ethernet.AddressSize).SequenceEqual(hardware)) return false;
        message.Address = BinaryPrimitives.ReadUInt32BigEndian(data.Slice(16));
        data = data.Slice(FixedSize);
        while (data.Length != 0 && data[0] != OptionEnd)
        {
            if (data[0] == OptionPad)
            {
                data = data.Slice(1);
                continue;
            }

            if (data.Length < 2 || data.Length < 2 + data[1]) return false;
            message.ReadOption(data[0], data.Slice(2, data[1]));
            data = data.Slice(2 + data[1]);
        }

        return message.Kind != 0;
    }

    /// <summary>Writes a client's message and returns its length. A renewal names its address as its own, a first request as wanted.</summary>
    public static int Write(Span<byte> data, byte kind, uint transaction, ReadOnlySpan<byte> hardware, uint ownAddress, uint wantedAddress, uint server)
    {
        data.Clear();
        data[0] = 1;
        data[1] = 1;
        data[2] = Ethernet.AddressSize;
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(4), transaction);

        // Ask for answers by broadcast: they reach an interface without an address by any server's way.
        if (ownAddress == 0) data[10] = 0x80;
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(12), ownAddress);
        hardware.CopyTo(data.Slice(28));
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(FixedSize - 4), Cookie);
        int at = FixedSize;
        data[at++] = OptionKind;
        data[at++] = 1;
        data[at++] = kind;
        at = WriteAddress(data, at, OptionRequestedAddress, wantedAddress);
        at = WriteAddress(data, at, OptionServer, server);
        data[at++] = OptionWanted;
        data[at++] = 2;
        data[at++] = OptionSubnetMask;
        data[at++] = OptionRouter;
        data[at++] = OptionEnd;
        return at;
    }

    private static int WriteAddress(Span<byte> data, int at, byte option, uint address)
    {
        if (address == 0) return at;
        data[at] = option;
        data[at + 1] = 4;
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(at + 2), address);
        return at + 6;
    }

    private void ReadOption(byte option, ReadOnlySpan<byte> value)
    {
        if (option == OptionKind)
        {
            if (value.Length == 1) Kind = value[0];
            return;
        }

        if (value.Length < 4) return;
        uint number = BinaryPrimitives.ReadUInt32BigEndian(value);
        if (option == OptionSubnetMask) SubnetMask = number;
        else if (option == OptionRouter) Router = number;
        else if (option == OptionLeaseTime) LeaseTime = number;
        else if (option == OptionServer) Server = number;
    }
}
