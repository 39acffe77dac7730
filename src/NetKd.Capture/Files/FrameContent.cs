namespace NetKd.Capture.Files;

/// <summary>What a frame turned out to hold.</summary>
public enum FrameContent
{
    /// <summary>A UDP datagram, perhaps cut by the capture.</summary>
    Datagram,
    /// <summary>Something else than UDP over IP.</summary>
    Other,
    /// <summary>A fragment of a UDP datagram. KDNET sends none: its datagrams fit a frame.</summary>
    Fragment,
    /// <summary>Headers that contradict each other, or end before they should.</summary>
    Malformed,
    /// <summary>A link type that is not known.</summary>
    UnknownLink,
}
