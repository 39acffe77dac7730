using System.Buffers.Binary;
using System.Text;
using NetKd.Capture.Text;

namespace NetKd.Capture.Sessions;

/// <summary>Payloads of KD data packets in words. A payload too short for its kind gives the fields that are there.</summary>
internal static class PacketDescription
{
    /// <summary>Adds the fields of a payload; the call, for a manipulate packet.</summary>
    public static ManipulateApi? Add(List<PacketField> fields, PacketType type, ReadOnlySpan<byte> payload, bool fromHost)
    {
        switch (type)
        {
            case PacketType.StateManipulate when ManipulateHeader.TryRead(payload, out ManipulateHeader header):
                ManipulateDescription.Add(fields, header, payload, isReply: !fromHost);
                return header.Api;
            case PacketType.StateChange64 or PacketType.StateChange32:
                StateChangeDescription.Add(fields, type, payload);
                break;
            case PacketType.DebugIo:
                AddDebugIo(fields, payload, fromHost);
                break;
            case PacketType.FileIo:
                FileIoDescription.Add(fields, payload, isReply: fromHost);
                break;
            default:
                if (payload.Length >= sizeof(uint)) fields.Add(new PacketField("api", $"{BinaryPrimitives.ReadUInt32LittleEndian(payload):x}"));
                break;
        }

        return null;
    }

    private static void AddDebugIo(List<PacketField> fields, ReadOnlySpan<byte> payload, bool fromHost)
    {
        if (!DebugIo.TryRead(payload, out DebugIo io, out ReadOnlySpan<byte> text)) return;
        string name = io.Api switch
        {
            DebugIo.PrintString => "print",
            DebugIo.GetString => fromHost ? "answer" : "prompt",
            _ => $"api-{io.Api:x}",
        };
        // An answer's first length is the prompt's, which is not sent back.
        if (fromHost && io.Api == DebugIo.GetString) text = payload[DebugIo.HeaderSize..];
        fields.Add(new PacketField(name, $"\"{SafeText.Clean(Encoding.Latin1.GetString(text))}\""));
        fields.Add(new PacketField("processor", $"{io.Processor}", IsMain: false));
        if (io.Api == DebugIo.GetString) fields.Add(new PacketField("answer-limit", $"{io.AnswerLimit}", IsMain: false));
    }
}
