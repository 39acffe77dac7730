using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NetKd.Capture.Text;

/// <summary>Packets, conversations, statistics and damage as JSON, one object a line; <c>type</c> tells which.</summary>
public static class CaptureJson
{
    // Texts hold no control characters by now, and nothing here goes into a web page.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A packet.</summary>
    public static string Format(DecodedPacket packet, long start, bool withBody)
    {
        ArgumentNullException.ThrowIfNull(packet);
        return Write("packet", json =>
        {
            json.WriteNumber("frame", packet.FrameNumber);
            json.WriteString("time", TimeText.Absolute(packet.Time));
            json.WriteNumber("relative", unchecked(packet.Time - start) / 1000 / 1_000_000m);
            json.WriteNumber("conversation", packet.Conversation.Number);
            json.WriteString("source", PeerText.Format(packet.Source));
            json.WriteString("destination", PeerText.Format(packet.Destination));
            json.WriteString("direction", packet.Direction switch
            {
                PacketDirection.ToHost => "to-host",
                PacketDirection.ToTarget => "to-target",
                _ => "unknown",
            });
            json.WriteString("channel", PacketLine.Channel(packet.Channel));
            if (packet.Version != 0) json.WriteNumber("version", packet.Version);
            if (packet.Sequence is { } sequence) json.WriteNumber("sequence", sequence);
            if (packet.MissingBefore > 0) json.WriteNumber("missingBefore", packet.MissingBefore);
            json.WriteString("content", $"{packet.Content}");
            json.WriteNumber("length", packet.WireLength);
            WriteHeader(json, packet);
            if (packet.IsRepeat) json.WriteBoolean("repeated", true);
            if (packet.ReplyTime is { } reply) json.WriteNumber("replyMicroseconds", reply / 1000m);
            json.WriteStartObject("fields");
            foreach (PacketField field in packet.Fields) json.WriteString(field.Name, field.Text);
            json.WriteEndObject();
            json.WriteStartArray("faults");
            foreach (string fault in packet.Faults) json.WriteStringValue(fault);
            json.WriteEndArray();
            if (withBody) json.WriteString("body", Convert.ToHexStringLower(packet.Body.Span));
        });
    }

    /// <summary>A conversation.</summary>
    public static string Format(Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return Write("conversation", json =>
        {
            json.WriteNumber("conversation", conversation.Number);
            json.WriteString("target", PeerText.Format(conversation.Target));
            json.WriteString("host", PeerText.Format(conversation.Host));
            json.WriteBoolean("hostKnown", conversation.IsHostKnown);
            json.WriteBoolean("encrypted", !conversation.IsUnencrypted);
            if (conversation.Version != 0) json.WriteNumber("version", conversation.Version);
            json.WriteNumber("pokes", conversation.Pokes);
            if (conversation.PokeInterval is { } interval) json.WriteNumber("pokeIntervalMilliseconds", interval / 1_000_000m);
            json.WriteNumber("hostPokes", conversation.HostPokes);
            json.WriteNumber("responses", conversation.Responses);
            json.WriteNumber("dataToHost", conversation.DataToHost);
            json.WriteNumber("dataToTarget", conversation.DataToTarget);
            json.WriteNumber("dataUnknown", conversation.DataUnknown);
            json.WriteNumber("authentic", conversation.Authentic);
            json.WriteNumber("faulty", conversation.Faulty);
        });
    }

    /// <summary>Statistics.</summary>
    public static string Format(SessionStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        return Write("statistics", json =>
        {
            json.WriteNumber("packets", statistics.Packets);
            json.WriteNumber("faulty", statistics.Faulty);
            json.WriteNumber("retransmissions", statistics.Retransmissions);
            json.WriteNumber("notCaptured", statistics.Missing);
            json.WriteStartArray("kinds");
            foreach (PacketKindCount kind in statistics.Kinds)
            {
                json.WriteStartObject();
                json.WriteString("kind", kind.Name);
                json.WriteNumber("toHost", kind.ToHost);
                json.WriteNumber("toTarget", kind.ToTarget);
                json.WriteNumber("unknown", kind.Unknown);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("replyTimes");
            foreach (ReplyTimes times in statistics.ReplyTimes)
            {
                json.WriteStartObject();
                json.WriteString("call", times.Name);
                json.WriteNumber("replies", times.Count);
                json.WriteNumber("medianMicroseconds", times.Median / 1000m);
                json.WriteNumber("p90Microseconds", times.Percentile90 / 1000m);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Damage of the file.</summary>
    public static string Format(CaptureDamage damage)
    {
        ArgumentNullException.ThrowIfNull(damage);
        return Write("damage", json =>
        {
            json.WriteNumber("offset", damage.Offset);
            json.WriteString("reason", damage.Reason);
        });
    }

    private static void WriteHeader(Utf8JsonWriter json, DecodedPacket packet)
    {
        if (packet.Header is not { } header) return;
        json.WriteString("kdType", PacketLine.TypeName(header.Type));
        json.WriteString("id", $"{header.Id:x8}");
        if (packet.Api is { } api) json.WriteString("call", Enum.IsDefined(api) ? $"{api}" : $"{(uint)api:x}");
    }

    private static string Write(string type, Action<Utf8JsonWriter> body)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            body(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
