using NetKd.Protocol.Contexts;

namespace NetKd.Engine.Session;

/// <summary>What the target said of itself at its first stop.</summary>
public sealed class TargetInformation
{
    internal TargetInformation(VersionBlock version, ContextLayout layout)
    {
        Version = version;
        Layout = layout;
    }

    /// <summary>The answer to GetVersion.</summary>
    public VersionBlock Version { get; }

    /// <summary>Registers of this kind of target.</summary>
    public ContextLayout Layout { get; }

    /// <summary>The kernel's build lab string; empty when it has none.</summary>
    public string BuildLab { get; internal set; } = "";

    /// <summary>The target's system time, UTC, at its first stop.</summary>
    public DateTimeOffset? SystemTime { get; internal set; }

    /// <summary>Time since the target booted, at its first stop.</summary>
    public TimeSpan? UpTime { get; internal set; }

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

    /// <summary>True for a multiprocessor kernel.</summary>
    public bool IsMultiprocessor => (Version.Flags & VersionBlock.FlagMultiprocessor) != 0;

    /// <summary>True for a free (not checked) build: the low byte of the major version is 0x0F.</summary>
    public bool IsFreeBuild => (Version.MajorVersion & 0xFF) != 0x0C;
}
