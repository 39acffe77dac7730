using System.Buffers.Binary;
using System.Text;

namespace NetKd.Target.Simulation;

/// <summary>
/// The debugger data block (KDDEBUGGER_DATA64) of the simulated kernel and the variables it points to
/// (facts: kdnet-wire, appendix A).
/// </summary>
internal static class DebuggerDataBlock
{
    /// <summary>The block's own variable.</summary>
    public const string BlockName = "KdDebuggerDataBlock";

    /// <summary>The list head that GetVersion's DebuggerDataList names.</summary>
    public const string ListName = "KdpDebuggerDataListHead";

    private const int Size = 0x380;
    /// <summary>The build lab of the simulated kernel.</summary>
    public const string SimulatedBuildLab = "19041.1.amd64fre.netkd_sim.260101-0000";

    private const string BreakpointFunction = "DbgBreakPointWithStatus";

    // Variables larger than a pointer.
    private static readonly Dictionary<string, int> s_sizes = new()
    {
        ["PsLoadedModuleList"] = 16,
        ["PsActiveProcessHead"] = 16,
        ["KiBugcheckData"] = 5 * 8,
        ["KiProcessorBlock"] = KernelLayout.MaxProcessors * 8,
        ["NtBuildLab"] = 0x40,
        ["ExpSystemResourcesList"] = 16,
        ["KdPrintCircularBuffer"] = 0x100,
    };

    private static readonly HashSet<string> s_exported =
        ["PsLoadedModuleList", "NtBuildLab", "KiBugcheckData", "KiProcessorBlock", "KeTimeIncrement", "MmHighestUserAddress", "MmSystemRangeStart", "MmUserProbeAddress"];

    // Fields that hold a value themselves, two bytes each.
    private static readonly (int Offset, ushort Value)[] s_shortFields =
    [
        (0x36, 1), // PaeEnabled
        (0x298, KernelLayout.ThreadNextProcessor),
        (0x29a, KernelLayout.ThreadTeb),
        (0x29c, KernelLayout.ThreadKernelStack),
        (0x29e, KernelLayout.ThreadInitialStack),
        (0x2a0, KernelLayout.ThreadApcProcess),
        (0x2a2, KernelLayout.ThreadState),
        (0x2a8, 0xa40), // SizeEProcess
        (0x2aa, KernelLayout.ProcessPeb),
        (0x2ac, KernelLayout.ProcessParentId),
        (0x2ae, KernelLayout.ProcessDirectoryTableBase),
        (0x2b0, KernelLayout.PrcbSize),
        (0x2b4, KernelLayout.PrcbCurrentThread),
        (0x2b6, KernelLayout.PrcbMhz),
        (0x2b8, KernelLayout.PrcbCpuType),
        (0x2ba, KernelLayout.PrcbVendorString),
        (0x2bc, KernelLayout.PrcbContext),
        (0x2be, KernelLayout.PrcbNumber),
        (0x2c0, 0x898), // SizeEThread
        (0x2e0, KernelLayout.PrcbOffset + KernelLayout.PrcbSize),
        (0x2e2, KernelLayout.PcrSelf),
        (0x2e4, KernelLayout.PcrCurrentPrcb),
        (0x2e6, KernelLayout.PrcbOffset),
        (0x2f2, KernelLayout.PrcbSpecialRegisters),
        (0x2f4, KernelLayout.CodeSelector),
        (0x2f6, KernelLayout.StackSelector),
        (0x2fa, 0x30), // GdtR3Code
        (0x2fc, 0x28), // GdtR3Data
        (0x2fe, 0x50), // GdtR3Teb
        (0x302, KernelLayout.TaskSelector),
        (0x304, 0x20), // Gdt64R3CmCode
        (0x306, 0x50), // Gdt64R3CmTeb
        (0x350, KernelLayout.PrcbIdleThread),
    ];

    /// <summary>Reserves the block, its list head and every variable it names.</summary>
    public static void Reserve(ImageBuilder image)
    {
        image.Variable(BlockName, Size, exported: true);
        image.Variable(ListName, 16);
        image.Variable("NtBuildNumber", exported: true);
        image.Variable("KeNumberProcessors", exported: true);
        foreach ((_, string name) in DebuggerDataPointers.All)
        {
            if (name == "BreakpointWithStatus") continue;
            image.Variable(name, s_sizes.GetValueOrDefault(name, 8), s_exported.Contains(name));
        }
    }

    /// <summary>Fills the block and the variables whose values do not depend on a running machine.</summary>
    public static void Fill(ImageBuilder image, int processorCount, string buildLab)
    {
        image.Refer(ListName, 0, BlockName);
        image.Refer(ListName, 8, BlockName);
        image.Refer(BlockName, 0, ListName);
        image.Refer(BlockName, 8, ListName);
        Span<byte> block = image.Content(BlockName);
        "KDBG"u8.CopyTo(block[0x10..]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[0x14..], Size);
        BinaryPrimitives.WriteUInt64LittleEndian(block[0x18..], KernelLayout.KernelBase);
        BinaryPrimitives.WriteUInt64LittleEndian(block[0x138..], PhysicalMemory.PageSize);
        BinaryPrimitives.WriteUInt64LittleEndian(block[0x360..], PageTables.SelfMapBase);
        foreach ((int offset, ushort value) in s_shortFields) BinaryPrimitives.WriteUInt16LittleEndian(block[offset..], value);
        BinaryPrimitives.WriteUInt32LittleEndian(block[0x340..], KernelLayout.ThreadStackLimit);
        BinaryPrimitives.WriteUInt32LittleEndian(block[0x344..], KernelLayout.ThreadStackBase);
        foreach ((int offset, string name) in DebuggerDataPointers.All)
            image.Refer(BlockName, offset, name == "BreakpointWithStatus" ? BreakpointFunction : name);

        Encoding.ASCII.GetBytes(buildLab, image.Content("NtBuildLab"));
        image.Set("NtBuildNumber", 0xF000_0000 | KernelLayout.BuildNumber);
        image.Set("KeNumberProcessors", (ulong)processorCount);
        image.Set("KeTimeIncrement", SharedUserData.TickLength);
        image.Set("MmHighestUserAddress", 0x0000_7FFF_FFFE_FFFF);
        image.Set("MmUserProbeAddress", 0x0000_7FFF_FFFF_0000);
        image.Set("MmSystemRangeStart", 0xFFFF_8000_0000_0000);
        image.Set("MmLowestPhysicalPage", 1);
        image.Set("MmHighestPhysicalPage", KernelLayout.MemorySize / PhysicalMemory.PageSize - 1);
        image.Set("MmNumberOfPhysicalPages", KernelLayout.MemorySize / PhysicalMemory.PageSize);
        for (int i = 0; i < processorCount; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(
                image.Content("KiProcessorBlock")[(i * 8)..],
                KernelLayout.ProcessorControlRegion(i) + KernelLayout.PrcbOffset);
        }
    }
}
