namespace NetKd.Target.Simulation;

/// <summary>Block access to virtual memory as a debugger has it: through the page tables, whatever the protection.</summary>
public static class AddressSpace
{
    /// <summary>Copies from virtual memory. Returns the bytes copied before the first page that is not present.</summary>
    public static int Read(PhysicalMemory memory, ulong root, ulong address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            if (!PageTables.TryTranslate(memory, root, address, out ulong physical, out _)) break;
            int length = Math.Min(destination.Length - done, RestOfPage(address));
            int moved = memory.Read(physical, destination.Slice(done, length));
            done += moved;
            if (moved != length) break;
            address = unchecked(address + (ulong)length);
        }

        return done;
    }

    /// <summary>Copies into virtual memory. Returns the bytes copied before the first page that is not present.</summary>
    public static int Write(PhysicalMemory memory, ulong root, ulong address, ReadOnlySpan<byte> source)
    {
        int done = 0;
        while (done < source.Length)
        {
            if (!PageTables.TryTranslate(memory, root, address, out ulong physical, out _)) break;
            int length = Math.Min(source.Length - done, RestOfPage(address));
            int moved = memory.Write(physical, source.Slice(done, length));
            done += moved;
            if (moved != length) break;
            address = unchecked(address + (ulong)length);
        }

        return done;
    }

    private static int RestOfPage(ulong address) => PhysicalMemory.PageSize - (int)(address % PhysicalMemory.PageSize);
}
