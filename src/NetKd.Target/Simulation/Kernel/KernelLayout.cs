namespace NetKd.Target.Simulation;

/// <summary>
/// Where things are in the simulated machine, and the offsets that its debugger data block states: those of an NT 10 kernel, build 19041,
/// where debuggers without symbols are known to rely on them.
/// </summary>
public static class KernelLayout
{
    /// <summary>Build number.</summary>
    public const ushort BuildNumber = 19041;

    /// <summary>Virtual address of the kernel image.</summary>
    public const ulong KernelBase = 0xFFFF_F803_1220_0000;

    /// <summary>Virtual address of the second image.</summary>
    public const ulong HalBase = 0xFFFF_F803_1280_0000;

    /// <summary>Virtual address of KUSER_SHARED_DATA.</summary>
    public const ulong SharedUserData = 0xFFFF_F780_0000_0000;

    /// <summary>Virtual address of the first processor's block: KPCR, then GDT, IDT and task state, a page each.</summary>
    public const ulong ProcessorBlocks = 0xFFFF_F803_1100_0000;

    /// <summary>Bytes of one processor's block.</summary>
    public const ulong ProcessorBlockSize = 0x4000;

    /// <summary>Virtual address of the first idle thread's stack.</summary>
    public const ulong Stacks = 0xFFFF_F803_1180_0000;

    /// <summary>Distance of the stacks; the lowest pages of each are not present.</summary>
    public const ulong StackStride = 0x10000;

    /// <summary>Bytes of a stack.</summary>
    public const ulong StackSize = 0x6000;

    /// <summary>Virtual address of pool: process, threads and module entries, a page each.</summary>
    public const ulong Pool = 0xFFFF_9A0F_0000_0000;

    /// <summary>Bytes of pool.</summary>
    public const ulong PoolSize = 0xC0000;

    /// <summary>Bytes of RAM.</summary>
    public const ulong MemorySize = 256 << 20;

    /// <summary>Physical address of the PML4.</summary>
    public const ulong PageTableRoot = 0x001A_D000;

    /// <summary>Physical address of the other page tables.</summary>
    public const ulong PageTablePool = 0x0200_0000;

    /// <summary>Most processors.</summary>
    public const int MaxProcessors = 32;

    /// <summary>Selector of kernel code.</summary>
    public const ushort CodeSelector = 0x10;

    /// <summary>Selector of the kernel's stack.</summary>
    public const ushort StackSelector = 0x18;

    /// <summary>Selector of user data, which the kernel leaves in DS, ES and GS.</summary>
    public const ushort UserDataSelector = 0x2B;

    /// <summary>Selector of the compatibility-mode TEB, which the kernel leaves in FS.</summary>
    public const ushort UserTebSelector = 0x53;

    /// <summary>Selector of the task state.</summary>
    public const ushort TaskSelector = 0x40;

    /// <summary>Offset of the KPRCB within the KPCR.</summary>
    public const ushort PrcbOffset = 0x180;

    /// <summary>KPCR: address of the descriptor table.</summary>
    public const ushort PcrGdt = 0x00;

    /// <summary>KPCR: address of itself.</summary>
    public const ushort PcrSelf = 0x18;

    /// <summary>KPCR: address of its KPRCB.</summary>
    public const ushort PcrCurrentPrcb = 0x20;

    /// <summary>KPCR: address of the interrupt table.</summary>
    public const ushort PcrIdt = 0x38;

    /// <summary>KPRCB: current thread.</summary>
    public const ushort PrcbCurrentThread = 0x08;

    /// <summary>KPRCB: idle thread.</summary>
    public const ushort PrcbIdleThread = 0x18;

    /// <summary>KPRCB: number of the processor.</summary>
    public const ushort PrcbNumber = 0x24;

    /// <summary>KPRCB: saved KSPECIAL_REGISTERS.</summary>
    public const ushort PrcbSpecialRegisters = 0x100;

    /// <summary>KPRCB: saved CONTEXT.</summary>
    public const ushort PrcbContext = 0x1F0;

    /// <summary>KPRCB: processor family.</summary>
    public const ushort PrcbCpuType = 0x6F0;

    /// <summary>KPRCB: frequency in MHz.</summary>
    public const ushort PrcbMhz = 0x6F4;

    /// <summary>KPRCB: vendor string.</summary>
    public const ushort PrcbVendorString = 0x720;

    /// <summary>Bytes of the KPRCB.</summary>
    public const ushort PrcbSize = 0xC00;

    /// <summary>KTHREAD: initial stack.</summary>
    public const ushort ThreadInitialStack = 0x28;

    /// <summary>KTHREAD: stack limit.</summary>
    public const ushort ThreadStackLimit = 0x30;

    /// <summary>KTHREAD: stack base.</summary>
    public const ushort ThreadStackBase = 0x38;

    /// <summary>KTHREAD: kernel stack.</summary>
    public const ushort ThreadKernelStack = 0x58;

    /// <summary>KTHREAD: process of its APC state.</summary>
    public const ushort ThreadApcProcess = 0xB8;

    /// <summary>KTHREAD: TEB.</summary>
    public const ushort ThreadTeb = 0xF0;

    /// <summary>KTHREAD: scheduling state.</summary>
    public const ushort ThreadState = 0x184;

    /// <summary>KTHREAD: next processor.</summary>
    public const ushort ThreadNextProcessor = 0x218;

    /// <summary>EPROCESS: directory table base.</summary>
    public const ushort ProcessDirectoryTableBase = 0x28;

    /// <summary>EPROCESS: process id.</summary>
    public const ushort ProcessUniqueId = 0x440;

    /// <summary>EPROCESS: links of PsActiveProcessHead.</summary>
    public const ushort ProcessActiveLinks = 0x448;

    /// <summary>EPROCESS: parent's process id.</summary>
    public const ushort ProcessParentId = 0x540;

    /// <summary>EPROCESS: PEB.</summary>
    public const ushort ProcessPeb = 0x550;

    /// <summary>EPROCESS: short image name, 15 bytes.</summary>
    public const ushort ProcessImageName = 0x5A8;

    /// <summary>Virtual address of a processor's KPCR.</summary>
    public static ulong ProcessorControlRegion(int processor) => ProcessorBlocks + (ulong)processor * ProcessorBlockSize;

    /// <summary>Virtual address of the system process.</summary>
    public static ulong SystemProcess => Pool;

    /// <summary>Virtual address of a processor's idle thread.</summary>
    public static ulong IdleThread(int processor) => Pool + 0x1000 * (ulong)(processor + 1);

    /// <summary>Virtual address behind a processor's idle stack.</summary>
    public static ulong StackBase(int processor) => Stacks + (ulong)(processor + 1) * StackStride;
}
