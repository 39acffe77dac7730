using System.Runtime.InteropServices;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Nt;

/// <summary>
/// KDDEBUGGER_DATA64 (facts: kdnet-wire appendix A): where a debugger finds the kernel's variables and how its structures are laid out.
/// Cells that this kernel has nothing for are zero, which debuggers read as "not there".
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct DebuggerData
{
    public const int Size = 0x380;
    private const uint Kdbg = 0x4742_444B;

    [FieldOffset(0x00)] public ListEntry List;
    [FieldOffset(0x10)] public uint OwnerTag;
    [FieldOffset(0x14)] public uint HeaderSize;
    [FieldOffset(0x18)] public ulong KernBase;
    [FieldOffset(0x20)] public ulong BreakpointWithStatus;
    [FieldOffset(0x36)] public ushort PaeEnabled;
    [FieldOffset(0x48)] public ListEntry* PsLoadedModuleList;
    [FieldOffset(0x50)] public ListEntry* PsActiveProcessHead;
    [FieldOffset(0x78)] public uint* KeTimeIncrement;
    [FieldOffset(0x88)] public ulong* KiBugcheckData;
    [FieldOffset(0xD8)] public ulong* MmSubsectionBase;
    [FieldOffset(0xE8)] public ulong* MmLowestPhysicalPage;
    [FieldOffset(0xF0)] public ulong* MmHighestPhysicalPage;
    [FieldOffset(0xF8)] public ulong* MmNumberOfPhysicalPages;
    [FieldOffset(0x138)] public ulong MmPageSize;
    [FieldOffset(0x1C8)] public ulong* MmHighestUserAddress;
    [FieldOffset(0x1D0)] public ulong* MmSystemRangeStart;
    [FieldOffset(0x1D8)] public ulong* MmUserProbeAddress;
    [FieldOffset(0x208)] public byte* NtBuildLab;
    [FieldOffset(0x218)] public ProcessorBlock** KiProcessorBlock;
    [FieldOffset(0x268)] public uint* CmNtCSDVersion;
    [FieldOffset(0x298)] public ushort OffsetKThreadNextProcessor;
    [FieldOffset(0x29A)] public ushort OffsetKThreadTeb;
    [FieldOffset(0x29C)] public ushort OffsetKThreadKernelStack;
    [FieldOffset(0x29E)] public ushort OffsetKThreadInitialStack;
    [FieldOffset(0x2A0)] public ushort OffsetKThreadApcProcess;
    [FieldOffset(0x2A2)] public ushort OffsetKThreadState;
    [FieldOffset(0x2A8)] public ushort SizeEProcess;
    [FieldOffset(0x2AA)] public ushort OffsetEprocessPeb;
    [FieldOffset(0x2AC)] public ushort OffsetEprocessParentCID;
    [FieldOffset(0x2AE)] public ushort OffsetEprocessDirectoryTableBase;
    [FieldOffset(0x2B0)] public ushort SizePrcb;
    [FieldOffset(0x2B4)] public ushort OffsetPrcbCurrentThread;
    [FieldOffset(0x2B6)] public ushort OffsetPrcbMhz;
    [FieldOffset(0x2B8)] public ushort OffsetPrcbCpuType;
    [FieldOffset(0x2BA)] public ushort OffsetPrcbVendorString;
    [FieldOffset(0x2BC)] public ushort OffsetPrcbProcStateContext;
    [FieldOffset(0x2BE)] public ushort OffsetPrcbNumber;
    [FieldOffset(0x2C0)] public ushort SizeEThread;
    [FieldOffset(0x2E0)] public ushort SizePcr;
    [FieldOffset(0x2E2)] public ushort OffsetPcrSelfPcr;
    [FieldOffset(0x2E4)] public ushort OffsetPcrCurrentPrcb;
    [FieldOffset(0x2E6)] public ushort OffsetPcrContainedPrcb;
    [FieldOffset(0x2F2)] public ushort OffsetPrcbProcStateSpecialReg;
    [FieldOffset(0x2F4)] public ushort GdtR0Code;
    [FieldOffset(0x2F6)] public ushort GdtR0Data;
    [FieldOffset(0x2F8)] public ushort GdtR0Pcr;
    [FieldOffset(0x2FA)] public ushort GdtR3Code;
    [FieldOffset(0x2FC)] public ushort GdtR3Data;
    [FieldOffset(0x2FE)] public ushort GdtR3Teb;
    [FieldOffset(0x302)] public ushort GdtTss;
    [FieldOffset(0x338)] public ushort OffsetPrcbContext;
    [FieldOffset(0x340)] public uint OffsetKThreadStackLimit;
    [FieldOffset(0x344)] public uint OffsetKThreadStackBase;
    [FieldOffset(0x350)] public ushort OffsetPrcbIdleThread;
    [FieldOffset(0x35A)] public ushort OffsetKThreadWaitReason;
    [FieldOffset(0x360)] public ulong PteBase;

    /// <summary>Fills in addresses and offsets; <paramref name="kernel"/> holds the variables.</summary>
    public void Fill(KernelVariables* kernel)
    {
        OwnerTag = Kdbg;
        HeaderSize = Size;
        KernBase = PageTables.ImageBase;
        BreakpointWithStatus = Routine.DbgBreakPointWithStatusAddress();
        PaeEnabled = 1;
        PsLoadedModuleList = &kernel->PsLoadedModuleList;
        PsActiveProcessHead = &kernel->PsActiveProcessHead;
        KeTimeIncrement = &kernel->KeTimeIncrement;
        KiBugcheckData = kernel->KiBugCheckData;
        MmSubsectionBase = &kernel->MmSubsectionBase;
        MmLowestPhysicalPage = &kernel->MmLowestPhysicalPage;
        MmHighestPhysicalPage = &kernel->MmHighestPhysicalPage;
        MmNumberOfPhysicalPages = &kernel->MmNumberOfPhysicalPages;
        MmPageSize = Arena.PageSize;
        MmHighestUserAddress = &kernel->MmHighestUserAddress;
        MmSystemRangeStart = &kernel->MmSystemRangeStart;
        MmUserProbeAddress = &kernel->MmUserProbeAddress;
        NtBuildLab = kernel->NtBuildLab;
        KiProcessorBlock = &kernel->KiProcessorBlock;
        CmNtCSDVersion = &kernel->CmNtCSDVersion;
        PteBase = PageTables.EntriesBase;
        FillObjectOffsets();
        FillProcessorOffsets();
    }

    private void FillObjectOffsets()
    {
        OffsetKThreadNextProcessor = ThreadObject.NextProcessorOffset;
        OffsetKThreadTeb = ThreadObject.TebOffset;
        OffsetKThreadKernelStack = ThreadObject.KernelStackOffset;
        OffsetKThreadInitialStack = ThreadObject.InitialStackOffset;
        OffsetKThreadApcProcess = ThreadObject.ProcessOffset;
        OffsetKThreadState = ThreadObject.StateOffset;
        OffsetKThreadStackLimit = ThreadObject.StackLimitOffset;
        OffsetKThreadStackBase = ThreadObject.StackBaseOffset;
        OffsetKThreadWaitReason = ThreadObject.WaitReasonOffset;
        SizeEThread = ThreadObject.Size;
        SizeEProcess = ProcessObject.Size;
        OffsetEprocessPeb = ProcessObject.PebOffset;
        OffsetEprocessParentCID = ProcessObject.ParentOffset;
        OffsetEprocessDirectoryTableBase = ProcessObject.DirectoryTableBaseOffset;
    }

    private void FillProcessorOffsets()
    {
        SizePrcb = ProcessorBlock.Size;
        OffsetPrcbCurrentThread = ProcessorBlock.CurrentThreadOffset;
        OffsetPrcbIdleThread = ProcessorBlock.IdleThreadOffset;
        OffsetPrcbMhz = ProcessorBlock.MegahertzOffset;
        OffsetPrcbCpuType = ProcessorBlock.CpuTypeOffset;
        OffsetPrcbVendorString = ProcessorBlock.VendorOffset;
        OffsetPrcbProcStateContext = ProcessorBlock.ContextOffset;
        OffsetPrcbProcStateSpecialReg = ProcessorBlock.SpecialRegistersOffset;
        OffsetPrcbContext = ProcessorBlock.ContextPointerOffset;
        OffsetPrcbNumber = ProcessorBlock.NumberOffset;
        SizePcr = ProcessorControlRegion.Size;
        OffsetPcrSelfPcr = ProcessorControlRegion.SelfOffset;
        OffsetPcrCurrentPrcb = ProcessorControlRegion.CurrentBlockOffset;
        OffsetPcrContainedPrcb = ProcessorControlRegion.BlockOffset;
        GdtR0Code = GlobalDescriptors.Code;
        GdtR0Data = GlobalDescriptors.Data;
        GdtR3Code = GlobalDescriptors.UserCode | 3;
        GdtR3Data = GlobalDescriptors.UserData | 3;
        GdtR3Teb = GlobalDescriptors.UserThreadBlock | 3;
        GdtTss = GlobalDescriptors.TaskState;
    }
}
