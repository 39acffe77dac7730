using NetKd.Engine.Session;

namespace NetKd.Engine.DataSpaces;

/// <summary>How a physical access treats the processor's caches; sent in the request's flags (facts: kernel-debugging-docs, B.10).</summary>
public enum PhysicalAccess
{
    /// <summary>As the target maps it.</summary>
    Default = 0,
    /// <summary>Cached.</summary>
    Cached = 1,
    /// <summary>Uncached.</summary>
    Uncached = 2,
    /// <summary>Write-combined.</summary>
    WriteCombined = 3,
}

/// <summary>The target's physical memory. Not cached by the debugger.</summary>
public sealed class PhysicalMemory
{
    private readonly DebugClient _client;

    internal PhysicalMemory(DebugClient client) => _client = client;

    /// <summary>Reads memory. Returns how many bytes from the start could be read.</summary>
    public int Read(ulong address, Span<byte> destination, CancellationToken cancellation = default) =>
        Read(address, destination, PhysicalAccess.Default, cancellation);

    /// <summary>Reads memory with a cache attribute. Returns how many bytes from the start could be read.</summary>
    public int Read(ulong address, Span<byte> destination, PhysicalAccess access, CancellationToken cancellation = default)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            int done = 0;
            while (done < destination.Length)
            {
                int length = Math.Min(destination.Length - done, calls.MaxMemory);
                Span<byte> request = calls.Begin(ManipulateApi.DbgKdReadPhysicalMemoryApi);
                ManipulateUnion.WriteUInt64(request, ManipulateUnion.MemoryAddress, unchecked(address + (ulong)done));
                ManipulateUnion.WriteUInt32(request, ManipulateUnion.MemoryCount, (uint)length);
                ManipulateUnion.WriteUInt32(request, ManipulateUnion.MemoryActual, (uint)access);
                uint status = calls.Exchange(out ReadOnlySpan<byte> reply, cancellation);
                if (calls.WasTooLarge) continue;
                if (!NtStatus.IsSuccess(status)) break;
                int actual = (int)Math.Min(ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MemoryActual), (uint)length);
                actual = Math.Min(actual, reply.Length - ManipulateHeader.Size);
                reply.Slice(ManipulateHeader.Size, actual).CopyTo(destination[done..]);
                done += actual;
                if (actual == 0) break;
            }

            return done;
        }
    }

    /// <summary>Writes memory. Returns how many bytes from the start were written.</summary>
    public int Write(ulong address, ReadOnlySpan<byte> source, PhysicalAccess access = PhysicalAccess.Default, CancellationToken cancellation = default)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            // Which virtual addresses map here is not known: none of what the cache holds can be trusted.
            _client.Virtual.ForgetCache();
            _client.Modules.ForgetConstants();
            int done = 0;
            while (done < source.Length)
            {
                int length = Math.Min(source.Length - done, calls.MaxMemory);
                Span<byte> request = calls.Begin(ManipulateApi.DbgKdWritePhysicalMemoryApi);
                ManipulateUnion.WriteUInt64(request, ManipulateUnion.MemoryAddress, unchecked(address + (ulong)done));
                ManipulateUnion.WriteUInt32(request, ManipulateUnion.MemoryCount, (uint)length);
                ManipulateUnion.WriteUInt32(request, ManipulateUnion.MemoryActual, (uint)access);
                calls.AddData(source.Slice(done, length));
                calls.Exchange(out ReadOnlySpan<byte> reply, cancellation);
                if (calls.WasTooLarge) continue;
                int actual = (int)Math.Min(ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MemoryActual), (uint)length);
                done += actual;
                if (actual < length) break;
            }

            return done;
        }
    }
}
