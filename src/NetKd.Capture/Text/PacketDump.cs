using System.Text;

namespace NetKd.Capture.Text;

/// <summary>A packet whole: its line, all fields one a line, and the decrypted body in hexadecimal and characters.</summary>
public static class PacketDump
{
    private const int BytesPerLine = 16;

    /// <summary>Writes the packet.</summary>
    public static void Write(TextWriter writer, DecodedPacket packet, long start)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(packet);
        writer.WriteLine(PacketLine.Format(packet, start));
        WriteField(writer, "time", TimeText.Absolute(packet.Time));
        WriteField(writer, "from", PeerText.Format(packet.Source));
        WriteField(writer, "to", PeerText.Format(packet.Destination));
        WriteField(writer, "datagram", $"{packet.WireLength} bytes");
        if (packet.Header is { } header)
        {
            WriteField(writer, "leader", header.IsData ? "data" : "control");
            WriteField(writer, "type", $"{(ushort)header.Type} {PacketLine.TypeName(header.Type)}");
            WriteField(writer, "byte-count", $"0x{header.ByteCount:x}");
            WriteField(writer, "id", $"{header.Id:x8}");
            WriteField(writer, "checksum", $"{header.Checksum:x8}");
        }

        if (packet.Api is { } api) WriteField(writer, "call", $"{(uint)api:x} {(Enum.IsDefined(api) ? $"{api}" : "unknown")}");
        foreach (PacketField field in packet.Fields) WriteField(writer, field.Name, field.Text);
        if (packet.ReplyTime is { } time) WriteField(writer, "after-request", TimeText.Duration(time));
        WriteBytes(writer, packet.Body.Span);
    }

    private static void WriteField(TextWriter writer, string name, string text) => writer.WriteLine($"         {name + ":",-20} {text}");

    private static void WriteBytes(TextWriter writer, ReadOnlySpan<byte> bytes)
    {
        StringBuilder line = new();
        for (int offset = 0; offset < bytes.Length; offset += BytesPerLine)
        {
            ReadOnlySpan<byte> part = bytes[offset..Math.Min(bytes.Length, offset + BytesPerLine)];
            line.Clear().Append($"         {offset:x4} ");
            for (int i = 0; i < BytesPerLine; i++) line.Append(i < part.Length ? $" {part[i]:x2}" : "   ");
            line.Append("  ");
            foreach (byte value in part) line.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
            writer.WriteLine(line);
        }
    }
}
