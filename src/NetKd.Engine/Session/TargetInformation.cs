using NetKd.Engine.DataSpaces;
using NetKd.Protocol.Contexts;

namespace NetKd.Engine.Session;

/// <summary>What the target said of itself at its first stop.</summary>
public sealed class TargetInformation
{
    // KUSER_SHARED_DATA, and two of its fields.
    private const ulong SharedDataOf64Bits = 0xFFFFF780_00000000;
    private const ulong SharedDataOf32Bits = 0xFFFFFFFF_FFDF0000;
    private const ulong InterruptTime = 0x08;
    private const ulong SystemTimeField = 0x14;

    // Year 7938: above it .NET has no date.
    private const ulong MaxFileTime = 2_000_000_000_000_000_000;

    private readonly VirtualMemory _memory;

    internal TargetInformation(VersionBlock version, ContextLayout layout, VirtualMemory memory)
    {
        Version = version;
        Layout = layout;
        _memory = memory;
    }

    /// <summary>The answer to GetVersion.</summary>
    public VersionBlock Version { get; }

    /// <summary>Registers of this kind of target.</summary>
    public ContextLayout Layout { get; }

    /// <summary>The kernel's build lab string; empty when it has none.</summary>
    public string BuildLab { get; internal set; } = "";

    /// <summary>True for a Linux kernel: what stands before it, the bridge or its local reader, says so in the build lab.</summary>
    public bool IsLinux => BuildLab.StartsWith("Linux ", StringComparison.Ordinal);

    /// <summary>
    /// The target's system time, UTC, at this stop; null when it keeps none. Read from KUSER_SHARED_DATA, in 100 ns since 1601
    /// (facts: kdnet-wire, section 5, item 16).
    /// </summary>
    public DateTimeOffset? SystemTime =>
        !IsLinux && _memory.TryReadInteger(SharedData + SystemTimeField, 8, out ulong time) && time is > 0 and < MaxFileTime
            ? DateTimeOffset.FromFileTime((long)time).ToUniversalTime()
            : null;

    /// <summary>Time since the target booted, at this stop; null when it keeps none.</summary>
    public TimeSpan? UpTime =>
        !IsLinux && _memory.TryReadInteger(SharedData + InterruptTime, 8, out ulong time) && time > 0 && time < (ulong)TimeSpan.MaxValue.Ticks
            ? TimeSpan.FromTicks((long)time)
            : null;

    private ulong SharedData => Is64Bit ? SharedDataOf64Bits : SharedDataOf32Bits;

    /// <summary>PE machine type.</summary>
    public ushort MachineType => Version.MachineType;

    /// <summary>Build number.</summary>
    public int BuildNumber => Version.MinorVersion;

    /// <summary>Virtual address of the kernel image.</summary>
    public ulong KernelBase => Version.KernelBase;

    /// <summary>Virtual address of the module list's head.</summary>
    public ulong LoadedModuleList => Version.LoadedModuleList;

    /// <summary>True for 64-bit pointers.</summary>
    public bool Is64Bit => (Version.Flags & VersionBlock.FlagPointer64) != 0;

    /// <summary>Bytes of a pointer.</summary>
    public int PointerSize => Is64Bit ? 8 : 4;

    /// <summary>An address as KD carries it: those of 32-bit machines are sign-extended (facts: kdnet-wire, appendix B). One that has more bits stays.</summary>
    public ulong Extend(ulong address) => !Is64Bit && address >> 32 == 0 ? unchecked((ulong)(int)(uint)address) : address;

    /// <summary>True for a multiprocessor kernel.</summary>
    public bool IsMultiprocessor => (Version.Flags & VersionBlock.FlagMultiprocessor) != 0;

    /// <summary>True for a free (not checked) build: the low byte of the major version is 0x0F.</summary>
    public bool IsFreeBuild => (Version.MajorVersion & 0xFF) != 0x0C;
}
