namespace NetKd.Capture.Sessions;

/// <summary>A field of a packet, in words.</summary>
/// <param name="Name">Its name: lower case, no spaces.</param>
/// <param name="Text">Its value without control characters; addresses and counts in hexadecimal.</param>
/// <param name="IsMain">Whether it belongs into a one-line view.</param>
public readonly record struct PacketField(string Name, string Text, bool IsMain = true);
