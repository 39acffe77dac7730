namespace NetKd.Capture.Files;

/// <summary>Reads the UDP datagrams of a capture file, and counts what is not one. For one thread.</summary>
public sealed class DatagramReader
{
    private readonly CaptureReader _frames;
    private readonly long[] _counts = new long[Enum.GetValues<FrameContent>().Length];

    /// <summary>Reads a stream that holds a pcap or pcapng file.</summary>
    public DatagramReader(Stream stream) => _frames = CaptureReader.Open(stream);

    /// <summary>What ended the reading, when it was not the end of the file.</summary>
    public CaptureDamage? Damage => _frames.Damage;

    /// <summary>Frames read so far.</summary>
    public long FrameCount => _frames.FrameCount;

    /// <summary>Time of the first frame, in nanoseconds since 1970; 0 before it.</summary>
    public long FirstTime { get; private set; }

    /// <summary>Number of the first frame that was a fragment, or 0.</summary>
    public long FirstFragment { get; private set; }

    /// <summary>Link type of the first frame with one that is not known.</summary>
    public LinkType? UnknownLink { get; private set; }

    /// <summary>Frames with some content so far.</summary>
    public long Count(FrameContent content) => _counts[(int)content];

    /// <summary>Reads the next datagram; false at the end of the file or at damage. Its bytes stay as they are until the next call.</summary>
    public bool TryRead(out CapturedDatagram datagram)
    {
        while (_frames.TryRead(out CaptureFrame frame))
        {
            if (frame.Number == 1) FirstTime = frame.Time;
            FrameContent content = FrameParser.Parse(frame, out datagram);
            _counts[(int)content]++;
            if (content == FrameContent.Datagram) return true;
            if (content == FrameContent.Fragment && FirstFragment == 0) FirstFragment = frame.Number;
            if (content == FrameContent.UnknownLink) UnknownLink ??= frame.LinkType;
        }

        datagram = default;
        return false;
    }
}
