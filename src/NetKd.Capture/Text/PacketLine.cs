using System.Text;

namespace NetKd.Capture.Text;

/// <summary>A packet in one line: frame number, time, direction, channel, version, sequence number, what it is and says, faults.</summary>
public static class PacketLine
{
    /// <summary>The line.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="start">The time to count from, in nanoseconds since 1970: that of the capture's first frame.</param>
    public static string Format(DecodedPacket packet, long start)
    {
        ArgumentNullException.ThrowIfNull(packet);
        StringBuilder line = new();
        string version = packet.Version == 0 ? "" : $"v{packet.Version}";
        string sequence = packet.Sequence is { } number ? $"#{number}" : "";
        line.Append($"{packet.FrameNumber,6} {TimeText.Seconds(unchecked(packet.Time - start)),12} {Direction(packet),-9} {Channel(packet.Channel),-7} {version,-2} {sequence,-5} {Name(packet)}");
        foreach (PacketField field in packet.Fields)
        {
            if (field.IsMain) line.Append($" {field.Name} {field.Text}");
        }

        if (packet.IsRepeat) line.Append(" (repeated)");
        if (packet.MissingBefore > 0) line.Append($" ({packet.MissingBefore} before it not captured)");
        foreach (string fault in packet.Faults) line.Append($" ** {fault}");
        return line.ToString();
    }

    /// <summary>What a packet is, by the name of its content, or its KD type with id and call.</summary>
    public static string Name(DecodedPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (packet.Header is not { } header) return $"{packet.Content}";
        string call = packet.Api is not { } api ? "" : Enum.IsDefined(api) ? $" {api}" : $" call {(uint)api:x}";
        return $"{TypeName(header.Type)} {header.Id:x8}{call}";
    }

    /// <summary>A KD packet type by name, or by number where it has none.</summary>
    public static string TypeName(PacketType type) => Enum.IsDefined(type) ? $"{type}" : $"type {(ushort)type}";

    /// <summary>The word for a channel.</summary>
    public static string Channel(PacketChannel channel) => channel switch
    {
        PacketChannel.Control => "control",
        PacketChannel.Data => "data",
        _ => "plain",
    };

    /// <summary>From whom to whom; targets are numbered in their order of appearance.</summary>
    public static string Direction(DecodedPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        int number = packet.Conversation.Number;
        return packet.Direction switch
        {
            PacketDirection.ToHost => $"T{number}>host",
            PacketDirection.ToTarget => $"host>T{number}",
            _ => $"T{number}?host",
        };
    }
}
