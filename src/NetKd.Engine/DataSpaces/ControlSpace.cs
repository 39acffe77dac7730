using NetKd.Engine.Session;

namespace NetKd.Engine.DataSpaces;

/// <summary>
/// Processor control space; on amd64 an offset names a set: 0 KPCR pointer, 1 KPRCB pointer, 2 special registers, 3 thread pointer
/// (facts: kdnet-wire, section 5).
/// </summary>
public sealed class ControlSpace
{
    private readonly DebugClient _client;

    internal ControlSpace(DebugClient client) => _client = client;

    /// <summary>Reads a processor's control space. Returns the bytes read, 0 when the target has no such set.</summary>
    public int Read(int processor, ulong offset, Span<byte> destination, CancellationToken cancellation = default)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            Span<byte> request = calls.Begin(ManipulateApi.DbgKdReadControlSpaceApi, processor);
            ManipulateUnion.WriteUInt64(request, ManipulateUnion.MemoryAddress, offset);
            ManipulateUnion.WriteUInt32(request, ManipulateUnion.MemoryCount, (uint)Math.Min(destination.Length, calls.MaxData));
            uint status = calls.Exchange(out ReadOnlySpan<byte> reply, cancellation);
            if (!NtStatus.IsSuccess(status)) return 0;
            int actual = (int)Math.Min(ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MemoryActual), (uint)destination.Length);
            actual = Math.Min(actual, reply.Length - ManipulateHeader.Size);
            reply.Slice(ManipulateHeader.Size, actual).CopyTo(destination);
            return actual;
        }
    }

    /// <summary>Writes a processor's control space. Returns the bytes written.</summary>
    public int Write(int processor, ulong offset, ReadOnlySpan<byte> source, CancellationToken cancellation = default)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            Span<byte> request = calls.Begin(ManipulateApi.DbgKdWriteControlSpaceApi, processor);
            int length = Math.Min(source.Length, calls.MaxData);
            ManipulateUnion.WriteUInt64(request, ManipulateUnion.MemoryAddress, offset);
            ManipulateUnion.WriteUInt32(request, ManipulateUnion.MemoryCount, (uint)length);
            calls.AddData(source[..length]);
            uint status = calls.Exchange(out ReadOnlySpan<byte> reply, cancellation);
            return NtStatus.IsSuccess(status) ? (int)Math.Min(ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MemoryActual), (uint)length) : 0;
        }
    }
}
