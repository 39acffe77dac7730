using System.Buffers.Binary;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>
/// The least that a KD target must show of its kernel, for a 32-bit machine: where it is, and for each processor a control region and a descriptor table,
/// without which debuggers cannot tell what its segments are. There is no image, no debugger data block and no module list. It stands where 32-bit NT has
/// its shared data and its control regions, between the interrupt controllers and the firmware, where machines have neither memory nor devices.
/// </summary>
internal sealed class X86Face : MadeUpKernel
{
    private const uint Start = 0xFFDF_0000;
    private const uint PageSize = 0x1000;

    // The first page is the shared data, the next are two for each processor: descriptor table and control region.
    private const int PagesAProcessor = 2;
    private const int MostProcessors = 16;

    // The selector by which NT's debuggers look for the control region, KGDT_R0_PCR.
    private const int RegionSelector = 0x30;

    // Segments of 4 GiB at 0 (SDM 3A, 3.4.5): code, data; and one of a page at an address.
    private const ulong FlatCode = 0x00CF_9B00_0000_FFFF;
    private const ulong FlatData = 0x00CF_9300_0000_FFFF;
    private const ulong PageOfData = 0x0040_9300_0000_0FFF;

    private readonly byte[] _pages;
    private readonly int _processors;

    /// <summary>Makes a face for a number of processors; those beyond the sixteenth are shown the sixteenth's.</summary>
    public X86Face(int processors)
    {
        _processors = Math.Clamp(processors, 1, MostProcessors);
        _pages = new byte[(1 + PagesAProcessor * _processors) * (int)PageSize];
        for (int i = 0; i < _processors; i++)
        {
            uint region = ControlRegion(i);
            Put(region + X86ControlRegionOffsets.Self, region);
            Put(region + X86ControlRegionOffsets.CurrentBlock, region + X86ControlRegionOffsets.Block);
            Put(region + X86ControlRegionOffsets.Descriptors, Descriptors(i));
            Put(region + X86ControlRegionOffsets.Interrupts, 0);
            PutDescriptor(i, RegionSelector, PageOfData | (ulong)(region & 0xFF_FFFF) << 16 | (ulong)(region >> 24) << 56);
        }
    }

    /// <summary>The limit of the descriptor tables: a page.</summary>
    public const ushort DescriptorLimit = (ushort)(PageSize - 1);

    /// <inheritdoc/>
    public override LoadedModule Kernel { get; } = new("netkd-bridge.exe", "netkd-bridge.exe", Extend(Start), PageSize, 0, 0, 0);

    /// <inheritdoc/>
    public override ulong LoadedModuleList => 0;

    /// <inheritdoc/>
    public override ulong DebuggerDataList => 0;

    /// <summary>True for its pages, and for all that no 32-bit address can be: neither below 4 GiB nor sign-extended.</summary>
    public override bool Covers(ulong address) => (address >> 32 != 0 && unchecked((long)address) >> 31 != -1) || Offset(address) < (uint)_pages.Length;

    /// <summary>Address of a processor's control region, the KPCR.</summary>
    public uint ControlRegion(int processor) => Descriptors(processor) + PageSize;

    /// <summary>Address of a processor's descriptor table.</summary>
    public uint Descriptors(int processor) => Start + PageSize * (uint)(1 + PagesAProcessor * Math.Min(processor, _processors - 1));

    /// <summary>Shows a processor's segments in its descriptor table as what unpaged and paged systems of 32 bits have: all memory from 0.</summary>
    public void ShowSegments(int processor, ushort code, ReadOnlySpan<ushort> data)
    {
        foreach (ushort selector in data) PutDescriptor(processor, selector & ~7, FlatData);
        PutDescriptor(processor, code & ~7, FlatCode);
    }

    /// <inheritdoc/>
    public override int Read(ulong address, Span<byte> destination)
    {
        ulong offset = Offset(address);
        if (offset >= (ulong)_pages.Length) return 0;
        int count = Math.Min(destination.Length, _pages.Length - (int)offset);
        _pages.AsSpan((int)offset, count).CopyTo(destination);
        return count;
    }

    /// <inheritdoc/>
    public override int Write(ulong address, ReadOnlySpan<byte> source) => 0;

    private static ulong Extend(uint address) => unchecked((ulong)(int)address);

    private static ulong Offset(ulong address) => (address >> 32 == 0 || address >> 32 == uint.MaxValue) && (uint)address >= Start ? (uint)address - Start : ulong.MaxValue;

    private void Put(uint address, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_pages.AsSpan((int)(address - Start)), value);

    private void PutDescriptor(int processor, int selector, ulong descriptor)
    {
        if (selector is <= 0 or >= (int)PageSize) return;
        BinaryPrimitives.WriteUInt64LittleEndian(_pages.AsSpan((int)(Descriptors(processor) - Start) + selector), descriptor);
    }
}
