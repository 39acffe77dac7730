using System.Buffers.Binary;

namespace NetKd.Capture.Files;

/// <summary>
/// Reads the frames of a capture file in its order. Damage never throws: reading ends, and <see cref="Damage"/> says where and why.
/// A stream that fails throws what it throws. For one thread.
/// </summary>
public abstract class CaptureReader
{
    /// <summary>The largest frame that is read: what tcpdump itself takes (MAXIMUM_SNAPLEN). No KDNET frame comes near it.</summary>
    public const int MaxFrame = 262_144;

    internal const uint PcapMicroseconds = 0xA1B2C3D4;
    internal const uint PcapNanoseconds = 0xA1B23C4D;
    internal const uint PcapModified = 0xA1B2CD34;
    internal const uint PcapngSection = 0x0A0D0D0A;

    private readonly CaptureStream? _stream;

    private protected CaptureReader(CaptureStream? stream, CaptureDamage? damage = null)
    {
        _stream = stream;
        Damage = damage;
    }

    /// <summary>What ended the reading, when it was not the end of the file.</summary>
    public CaptureDamage? Damage { get; private set; }

    /// <summary>Frames read so far.</summary>
    public long FrameCount { get; private protected set; }

    private protected CaptureStream Stream => _stream!;

    /// <summary>Looks at the first four bytes and makes the reader for the format; one that is damaged already when there is none.</summary>
    public static CaptureReader Open(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        CaptureStream file = new(stream);
        Span<byte> magic = stackalloc byte[4];
        int length = file.Read(magic);
        if (length == 0) return new UnreadableCapture("the file is empty");
        if (length < magic.Length) return new UnreadableCapture("the file ends within its first four bytes");
        uint little = BinaryPrimitives.ReadUInt32LittleEndian(magic);
        uint big = BinaryPrimitives.ReadUInt32BigEndian(magic);
        if (little == PcapngSection) return new PcapngReader(file);
        if (little is PcapMicroseconds or PcapNanoseconds) return new PcapReader(file, little);
        if (big is PcapMicroseconds or PcapNanoseconds)
        {
            file.IsBigEndian = true;
            return new PcapReader(file, big);
        }

        return new UnreadableCapture(little == PcapModified || big == PcapModified
            ? "this is a modified pcap of the 1990s, whose packet headers have private fields; convert it with editcap"
            : "the file is neither pcap nor pcapng");
    }

    /// <summary>Reads the next frame; false at the end of the file or at damage. Its bytes stay as they are until the next call.</summary>
    public bool TryRead(out CaptureFrame frame)
    {
        if (Damage is null && TryReadFrame(out frame)) return true;
        frame = default;
        return false;
    }

    private protected abstract bool TryReadFrame(out CaptureFrame frame);

    private protected bool Fail(long offset, string reason)
    {
        Damage ??= new CaptureDamage(offset, reason);
        return false;
    }

    private sealed class UnreadableCapture(string reason) : CaptureReader(null, new CaptureDamage(0, reason))
    {
        private protected override bool TryReadFrame(out CaptureFrame frame)
        {
            frame = default;
            return false;
        }
    }
}
