using System.Buffers.Binary;

namespace NetKd.Protocol.Net;

/// <summary>Why a datagram was not taken.</summary>
public enum DatagramFault
{
    /// <summary>It was taken.</summary>
    None,
    /// <summary>Shorter than the smallest or longer than the largest datagram, or not whole blocks.</summary>
    Length,
    /// <summary>It does not begin with MDBG.</summary>
    Magic,
    /// <summary>A protocol version outside 2 to 5.</summary>
    Version,
    /// <summary>Channel bits other than 0 and 1 are set.</summary>
    Channel,
    /// <summary>The MAC does not match: another key, or damage.</summary>
    Authentication,
    /// <summary>The sender claims to be on the receiver's side.</summary>
    Direction,
    /// <summary>The pad count does not fit.</summary>
    Padding,
}

/// <summary>What the headers of an authenticated datagram say.</summary>
public struct DatagramInfo
{
    /// <summary>Protocol version of the sender.</summary>
    public byte Version;

    /// <summary>True on the control channel.</summary>
    public bool IsControl;

    /// <summary>56-bit sequence number of the channel and direction.</summary>
    public ulong Sequence;

    /// <summary>Where the body begins in the plaintext buffer.</summary>
    public int BodyOffset;

    /// <summary>Bytes of the body.</summary>
    public int BodyLength;
}

/// <summary>
/// The framing of KDNET datagrams (facts: kdnet-wire, section 1): six clear bytes, an encrypted data header with body and zero
/// padding, and a MAC that is also the CBC start vector.
/// </summary>
public static class DatagramCodec
{
    /// <summary>Bytes before the ciphertext.</summary>
    public const int ClearHeaderSize = 6;

    /// <summary>Bytes of the encrypted header: 56-bit big-endian sequence number, direction and pad count.</summary>
    public const int DataHeaderSize = 8;

    /// <summary>Where the body stands in a datagram buffer.</summary>
    public const int BodyOffset = ClearHeaderSize + DataHeaderSize;

    /// <summary>The smallest datagram: a body of 0 to 8 bytes.</summary>
    public const int MinSize = ClearHeaderSize + 2 * DatagramCipher.BlockSize;

    /// <summary>A buffer that holds any datagram of NT's protocol: more than the largest body, 16 + 0x580 bytes.</summary>
    public const int MaxSize = 1600;

    /// <summary>A buffer that also holds those between ends that have agreed on more: 16 + <see cref="Kd.PayloadLimits.Large"/> bytes.</summary>
    public const int LargeSize = Kd.PayloadLimits.LargestMemory + 256;

    /// <summary>The oldest protocol version on the wire.</summary>
    public const byte MinVersion = 2;

    /// <summary>The newest protocol version on the wire.</summary>
    public const byte MaxVersion = 5;

    private const uint Magic = 0x4742444D; // "MDBG" read little-endian
    private const byte ControlBit = 1;
    private const byte IgnoredBit = 2;
    private const byte HostDirection = 0x80;

    /// <summary>
    /// Completes a datagram whose body already stands at <see cref="BodyOffset"/>. Returns its length.
    /// The buffer must have room for the body rounded up and 22 bytes more.
    /// </summary>
    public static int Seal(DatagramCipher cipher, Span<byte> datagram, int bodyLength, byte version, bool control, bool fromHost, ulong sequence)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(datagram, Magic);
        datagram[4] = version;
        datagram[5] = control ? ControlBit : (byte)0;

        int used = DataHeaderSize + bodyLength;
        int pad = -used & (DatagramCipher.BlockSize - 1);
        int padded = used + pad;
        BinaryPrimitives.WriteUInt64BigEndian(datagram.Slice(ClearHeaderSize), sequence << 8);
        datagram[ClearHeaderSize + 7] = (byte)((fromHost ? HostDirection : 0) | pad);
        datagram.Slice(ClearHeaderSize + used, pad).Clear();

        Span<byte> mac = datagram.Slice(ClearHeaderSize + padded, DatagramCipher.BlockSize);
        cipher.ComputeMac(datagram.Slice(0, ClearHeaderSize + padded), mac);
        cipher.Encrypt(mac, datagram.Slice(ClearHeaderSize, padded));
        return ClearHeaderSize + padded + DatagramCipher.BlockSize;
    }

    /// <summary>
    /// Checks what can be checked without a key, and tells the channel, so that the right cipher can be chosen. What is longer than the receiver expects
    /// is refused before it costs any computing.
    /// </summary>
    public static DatagramFault Inspect(ReadOnlySpan<byte> datagram, out byte version, out bool control, int longest = MaxSize)
    {
        version = 0;
        control = false;
        if (datagram.Length < ClearHeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(datagram) != Magic)
            return datagram.Length < ClearHeaderSize ? DatagramFault.Length : DatagramFault.Magic;
        version = datagram[4];
        control = (datagram[5] & ControlBit) != 0;
        if (version < MinVersion || version > MaxVersion) return DatagramFault.Version;
        if ((datagram[5] & ~(ControlBit | IgnoredBit)) != 0) return DatagramFault.Channel;
        if (datagram.Length < MinSize || datagram.Length > longest) return DatagramFault.Length;
        if ((datagram.Length - ClearHeaderSize) % DatagramCipher.BlockSize != 0) return DatagramFault.Length;
        return DatagramFault.None;
    }

    /// <summary>
    /// Authenticates and decrypts a datagram that <see cref="Inspect"/> accepted, into a plaintext buffer of at least its length.
    /// The datagram itself is left as it was, so that another key can be tried.
    /// </summary>
    public static DatagramFault Open(DatagramCipher cipher, ReadOnlySpan<byte> datagram, Span<byte> plaintext, bool fromHost, out DatagramInfo info)
    {
        info = default;
        int length = datagram.Length - DatagramCipher.BlockSize;
        ReadOnlySpan<byte> mac = datagram.Slice(length);
        datagram.Slice(0, ClearHeaderSize).CopyTo(plaintext);
        cipher.Decrypt(mac, datagram.Slice(ClearHeaderSize, length - ClearHeaderSize), plaintext.Slice(ClearHeaderSize));
        if (!cipher.VerifyMac(plaintext.Slice(0, length), mac)) return DatagramFault.Authentication;

        byte flags = plaintext[ClearHeaderSize + 7];
        if ((flags & HostDirection) != 0 != fromHost) return DatagramFault.Direction;
        int pad = flags & 0x7f;
        int bodyLength = length - BodyOffset - pad;
        if (pad >= DatagramCipher.BlockSize || bodyLength < 0) return DatagramFault.Padding;

        info.Version = datagram[4];
        info.IsControl = (datagram[5] & ControlBit) != 0;
        info.Sequence = BinaryPrimitives.ReadUInt64BigEndian(plaintext.Slice(ClearHeaderSize)) >> 8;
        info.BodyOffset = BodyOffset;
        info.BodyLength = bodyLength;
        return DatagramFault.None;
    }
}
