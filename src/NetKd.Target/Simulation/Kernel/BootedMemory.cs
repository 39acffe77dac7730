namespace NetKd.Target.Simulation;

/// <summary>Makes the memory of a machine that has just booted: page tables, images, stacks, objects, shared data.</summary>
internal static class BootedMemory
{
    // Physical homes of what is mapped; far enough apart for the largest machine.
    private const ulong SharedDataPage = 0x0018_0000;
    private const ulong KernelPages = 0x0040_0000;
    private const ulong HalPages = 0x0050_0000;
    private const ulong ProcessorPages = 0x0060_0000;
    private const ulong PoolPages = 0x0080_0000;
    private const ulong StackPages = 0x0100_0000;

    /// <summary>Builds the memory.</summary>
    public static PhysicalMemory Build(SimulatedImage kernel, SimulatedImage hal, int processorCount) =>
        Build(kernel, [hal], [LoadedModule.Of(kernel), LoadedModule.Of(hal)], processorCount);

    /// <summary>Builds a memory that holds a kernel, at most one more image, and what the kernel's list says of any.</summary>
    public static PhysicalMemory Build(SimulatedImage kernel, IReadOnlyList<SimulatedImage> others, IReadOnlyList<LoadedModule> modules, int processorCount)
    {
        var memory = new PhysicalMemory(KernelLayout.MemorySize);
        ulong freeTable = KernelLayout.PageTablePool;
        void Map(ulong address, ulong physical, ulong length, ulong bits) =>
            PageTables.Map(memory, KernelLayout.PageTableRoot, ref freeTable, address, physical, length, bits);

        ulong data = PageTables.Writable | PageTables.NoExecute;
        PageTables.MapSelf(memory, KernelLayout.PageTableRoot);
        Map(KernelLayout.SharedUserData, SharedDataPage, PhysicalMemory.PageSize, PageTables.NoExecute);
        PlaceImage(kernel, KernelPages);
        foreach (SimulatedImage other in others) PlaceImage(other, HalPages);
        Map(KernelLayout.ProcessorBlocks, ProcessorPages, KernelLayout.ProcessorBlockSize * (ulong)processorCount, data);
        Map(KernelLayout.Pool, PoolPages, KernelLayout.PoolSize, data);
        for (int i = 0; i < processorCount; i++)
        {
            ulong bottom = KernelLayout.StackBase(i) - KernelLayout.StackSize;
            Map(bottom, StackPages + (ulong)i * KernelLayout.StackStride, KernelLayout.StackSize, data);
        }

        Map(BulkRegion.VirtualBase, BulkRegion.PhysicalBase, BulkRegion.Size, data | PageTables.Large);

        Span<byte> shared = new byte[PhysicalMemory.PageSize];
        SharedUserData.Fill(shared);
        memory.Write(SharedDataPage, shared);
        new KernelObjects(memory, kernel, processorCount).Write(modules);
        return memory;

        void PlaceImage(SimulatedImage image, ulong physical)
        {
            memory.Write(physical, image.Bytes.Span);
            Map(image.BaseAddress, physical, ImageBuilder.TextAddress, PageTables.NoExecute);
            Map(image.BaseAddress + ImageBuilder.TextAddress, physical + ImageBuilder.TextAddress, ImageBuilder.TextSize, 0);
            ulong readOnly = ImageBuilder.ReadOnlySize + ImageBuilder.FunctionTableSize;
            Map(image.BaseAddress + ImageBuilder.ReadOnlyAddress, physical + ImageBuilder.ReadOnlyAddress, readOnly, PageTables.NoExecute);
            Map(image.BaseAddress + ImageBuilder.DataAddress, physical + ImageBuilder.DataAddress, ImageBuilder.DataSize, data);
        }
    }

    /// <summary>Updates the clock that user programs and debuggers read.</summary>
    public static void SetTime(PhysicalMemory memory, ulong ticks)
    {
        Span<byte> page = stackalloc byte[PhysicalMemory.PageSize];
        memory.Read(SharedDataPage, page);
        SharedUserData.SetTime(page, ticks);
        memory.Write(SharedDataPage, page);
    }
}
