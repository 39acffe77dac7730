namespace NetKd.Capture.Tests;

/// <summary>A frame to be put into a capture file.</summary>
internal readonly record struct Frame(long Time, byte[] Data);
