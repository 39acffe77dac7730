using System.Buffers.Binary;
using System.Text;
using NetKd.Capture.Text;

namespace NetKd.Capture.Sessions;

/// <summary>
/// Requests for files of the host in words: 64 bytes, for a create followed by the path in UTF-16 (facts: kdnet-wire, section 4).
/// </summary>
internal static class FileIoDescription
{
    private const int StatusOffset = 4;
    private const int CreateDesiredAccess = 8;

    // Layout of reads and closes as wdbgexts.h has it: handle, offset, length behind api and status.
    private const int HandleOffset = 8;

    public static void Add(List<PacketField> fields, ReadOnlySpan<byte> payload, bool isReply)
    {
        if (payload.Length < FileIo.Size) return;
        uint api = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        fields.Add(new PacketField("call", api switch
        {
            FileIo.CreateFile => "create",
            FileIo.ReadFile => "read",
            FileIo.WriteFile => "write",
            FileIo.CloseFile => "close",
            _ => $"api-{api:x}",
        }));
        if (isReply) fields.Add(new PacketField("status", NtStatusText.Format(BinaryPrimitives.ReadUInt32LittleEndian(payload[StatusOffset..]))));
        if (api == FileIo.CreateFile)
        {
            if (payload.Length > FileIo.Size) fields.Add(new PacketField("file", $"\"{SafeText.Clean(Encoding.Unicode.GetString(payload[FileIo.Size..]).TrimEnd('\0'))}\""));
            fields.Add(new PacketField("access", $"{BinaryPrimitives.ReadUInt32LittleEndian(payload[CreateDesiredAccess..]):x8}", IsMain: false));
        }
        else
        {
            fields.Add(new PacketField("handle", $"{BinaryPrimitives.ReadUInt64LittleEndian(payload[HandleOffset..]):x}"));
        }
    }
}
