namespace NetKd.Engine.DataSpaces;

/// <summary>
/// Fields of the debugger data block by their offset (facts: kdnet-wire, appendix A). Values are addresses of the kernel's
/// variables, unless the name begins with Offset or Size.
/// </summary>
public enum DebuggerDataField
{
    /// <summary>Base of the kernel image.</summary>
    KernBase = 0x18,
    /// <summary>Address of DbgBreakPointWithStatus.</summary>
    BreakpointWithStatus = 0x20,
    /// <summary>List head of loaded modules.</summary>
    PsLoadedModuleList = 0x48,
    /// <summary>List head of processes.</summary>
    PsActiveProcessHead = 0x50,
    /// <summary>Bug check code and parameters, five pointers.</summary>
    KiBugcheckData = 0x88,
    /// <summary>Build lab string.</summary>
    NtBuildLab = 0x208,
    /// <summary>Array of pointers to processor blocks.</summary>
    KiProcessorBlock = 0x218,
    /// <summary>KTHREAD: offset of the process pointer.</summary>
    OffsetKThreadApcProcess = 0x2a0,
    /// <summary>EPROCESS: offset of the page-table base.</summary>
    OffsetEprocessDirectoryTableBase = 0x2ae,
    /// <summary>KPRCB: offset of the current thread.</summary>
    OffsetPrcbCurrentThread = 0x2b4,
}
