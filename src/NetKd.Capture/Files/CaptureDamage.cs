namespace NetKd.Capture.Files;

/// <summary>Where and why a capture file cannot be read on. What stood before is good.</summary>
/// <param name="Offset">Byte offset in the file.</param>
/// <param name="Reason">One phrase for the user.</param>
public sealed record CaptureDamage(long Offset, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"the capture is damaged at offset {Offset}: {Reason}";
}
