using NetKd.Engine.Session;

namespace NetKd.Engine.DataSpaces;

/// <summary>The target's I/O ports.</summary>
public sealed class IoSpace
{
    private readonly DebugClient _client;

    internal IoSpace(DebugClient client) => _client = client;

    /// <summary>Reads a port of 1, 2 or 4 bytes. False when the target refuses.</summary>
    public bool TryRead(ulong port, int size, out uint value)
    {
        uint status = Call(ManipulateApi.DbgKdReadIoSpaceApi, port, size, 0, out value);
        return NtStatus.IsSuccess(status);
    }

    /// <summary>Writes a port of 1, 2 or 4 bytes. False when the target refuses.</summary>
    public bool TryWrite(ulong port, int size, uint value) =>
        NtStatus.IsSuccess(Call(ManipulateApi.DbgKdWriteIoSpaceApi, port, size, value, out _));

    private uint Call(ManipulateApi api, ulong port, int size, uint value, out uint result)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            Span<byte> request = calls.Begin(api);
            ManipulateUnion.WriteUInt64(request, ManipulateUnion.IoAddress, port);
            ManipulateUnion.WriteUInt32(request, ManipulateUnion.IoSize, (uint)size);
            ManipulateUnion.WriteUInt32(request, ManipulateUnion.IoValue, value);
            uint status = calls.Exchange(out ReadOnlySpan<byte> reply);
            result = ManipulateUnion.ReadUInt32(reply, ManipulateUnion.IoValue);
            return status;
        }
    }
}
