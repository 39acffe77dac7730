using NetKd.TargetOs.Boot;

namespace NetKd.TargetOs.Memory;

/// <summary>
/// Physical memory for the debugger: RAM, and the device registers that this kernel knows. Anything else is refused, because an access
/// to nothing may stop a real machine.
/// </summary>
internal static unsafe class PhysicalMemory
{
    private static MemoryRanges s_devices;

    /// <summary>Adds a block of device registers.</summary>
    public static void AddDevice(ulong physical, ulong size) => s_devices.Add(physical, physical + size);

    /// <summary>Reads from an address on and returns the bytes read, fewer at the end of a range.</summary>
    public static int Read(ulong physical, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = physical + (ulong)done;
            ulong run = BootInformation.Current.Memory.RunAt(at);
            if (run == 0)
            {
                if (!IsRegister(at, destination.Length - done)) break;
                uint value = *(uint*)PhysicalWindow.Pointer(at);
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(destination.Slice(done), value);
                done += sizeof(uint);
                continue;
            }

            int count = (int)Math.Min(run, (ulong)(destination.Length - done));
            new ReadOnlySpan<byte>(PhysicalWindow.Pointer(at), count).CopyTo(destination.Slice(done));
            done += count;
        }

        return done;
    }

    /// <summary>Writes from an address on and returns the bytes written.</summary>
    public static int Write(ulong physical, ReadOnlySpan<byte> source)
    {
        int done = 0;
        while (done < source.Length)
        {
            ulong at = physical + (ulong)done;
            ulong run = BootInformation.Current.Memory.RunAt(at);
            if (run == 0)
            {
                if (!IsRegister(at, source.Length - done)) break;
                *(uint*)PhysicalWindow.Pointer(at) = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(source.Slice(done));
                done += sizeof(uint);
                continue;
            }

            int count = (int)Math.Min(run, (ulong)(source.Length - done));
            source.Slice(done, count).CopyTo(new Span<byte>(PhysicalWindow.Pointer(at), count));
            done += count;
        }

        return done;
    }

    /// <summary>Device registers are accessed as they are made: 32 bits at a time, aligned.</summary>
    private static bool IsRegister(ulong physical, int length) =>
        length >= sizeof(uint) && (physical & 3) == 0 && s_devices.RunAt(physical) >= sizeof(uint);
}
