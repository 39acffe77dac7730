using System.Buffers.Binary;

namespace NetKd.Protocol.Kd;

/// <summary>
/// Requests for files of the host, by which a target takes replacement drivers: a 64-byte body, the status at offset 4
/// (facts: kdnet-wire, section 4).
/// </summary>
public static class FileIo
{
    /// <summary>Bytes of a body without the name.</summary>
    public const int Size = 64;

    /// <summary>DbgKdCreateFileApi.</summary>
    public const uint CreateFile = 0x3430;

    /// <summary>DbgKdReadFileApi.</summary>
    public const uint ReadFile = 0x3431;

    /// <summary>DbgKdWriteFileApi.</summary>
    public const uint WriteFile = 0x3432;

    /// <summary>DbgKdCloseFileApi.</summary>
    public const uint CloseFile = 0x3433;

    /// <summary>
    /// Writes the refusal that a host without replacement files gives: the same body with a status. False for a body too short to
    /// be answered.
    /// </summary>
    public static bool TryWriteRefusal(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        if (request.Length < Size) return false;
        request.Slice(0, Size).CopyTo(reply);
        uint api = BinaryPrimitives.ReadUInt32LittleEndian(request);
        BinaryPrimitives.WriteUInt32LittleEndian(reply.Slice(4), api == CreateFile ? NtStatus.NoSuchFile : NtStatus.InvalidParameter);
        return true;
    }
}
