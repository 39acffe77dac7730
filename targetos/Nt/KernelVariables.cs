using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Nt;

/// <summary>The kernel's variables that a debugger reads, under the names that it knows. They lie in the image, as it expects of a kernel.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct KernelVariables
{
    public const int BuildLabCapacity = 64;

    public ListEntry PsLoadedModuleList;
    public ListEntry PsActiveProcessHead;

    /// <summary>The bug check's code and four parameters; zero while the machine is well.</summary>
    public fixed ulong KiBugCheckData[5];

    public ulong MmSubsectionBase;
    public ulong MmLowestPhysicalPage;
    public ulong MmHighestPhysicalPage;
    public ulong MmNumberOfPhysicalPages;
    public ulong MmHighestUserAddress;
    public ulong MmSystemRangeStart;
    public ulong MmUserProbeAddress;

    /// <summary>An array of one: this kernel runs one processor.</summary>
    public ProcessorBlock* KiProcessorBlock;

    /// <summary>100-nanosecond units of one tick.</summary>
    public uint KeTimeIncrement;

    public uint CmNtCSDVersion;
    public fixed byte NtBuildLab[BuildLabCapacity];

    /// <summary>What GetVersion's DebuggerDataList points at: the head of a list with one block in it.</summary>
    public ListEntry KdpDebuggerDataListHead;
}
