namespace NetKd.Capture.Files;

/// <summary>One frame of a capture.</summary>
/// <param name="Number">Its number in the file, from 1, as other tools count.</param>
/// <param name="Time">Nanoseconds since 1970-01-01 UTC.</param>
/// <param name="LinkType">What it begins with.</param>
/// <param name="Data">The captured bytes.</param>
/// <param name="OriginalLength">Its length on the wire: more than <paramref name="Data"/> holds when the capture was made with a limit.</param>
public readonly record struct CaptureFrame(long Number, long Time, LinkType LinkType, ReadOnlyMemory<byte> Data, long OriginalLength);
