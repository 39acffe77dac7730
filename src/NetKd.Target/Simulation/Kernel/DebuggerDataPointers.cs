namespace NetKd.Target.Simulation;

/// <summary>
/// The cells of KDDEBUGGER_DATA64 that hold the address of a kernel variable, with the variable's name
/// (facts: kdnet-wire, appendix A).
/// </summary>
internal static class DebuggerDataPointers
{
    /// <summary>Offset of each cell, and the variable it points to.</summary>
    public static readonly (int Offset, string Variable)[] All =
    [
        (0x20, "BreakpointWithStatus"), (0x28, "SavedContext"), (0x38, "KiCallUserMode"), (0x40, "KeUserCallbackDispatcher"),
        (0x48, "PsLoadedModuleList"), (0x50, "PsActiveProcessHead"), (0x58, "PspCidTable"), (0x60, "ExpSystemResourcesList"),
        (0x68, "ExpPagedPoolDescriptor"), (0x70, "ExpNumberOfPagedPools"), (0x78, "KeTimeIncrement"), (0x80, "KeBugCheckCallbackListHead"),
        (0x88, "KiBugcheckData"), (0x90, "IopErrorLogListHead"), (0x98, "ObpRootDirectoryObject"), (0xa0, "ObpTypeObjectType"),
        (0xa8, "MmSystemCacheStart"), (0xb0, "MmSystemCacheEnd"), (0xb8, "MmSystemCacheWs"), (0xc0, "MmPfnDatabase"),
        (0xc8, "MmSystemPtesStart"), (0xd0, "MmSystemPtesEnd"), (0xd8, "MmSubsectionBase"), (0xe0, "MmNumberOfPagingFiles"),
        (0xe8, "MmLowestPhysicalPage"), (0xf0, "MmHighestPhysicalPage"), (0xf8, "MmNumberOfPhysicalPages"),
        (0x100, "MmMaximumNonPagedPoolInBytes"), (0x108, "MmNonPagedSystemStart"), (0x110, "MmNonPagedPoolStart"),
        (0x118, "MmNonPagedPoolEnd"), (0x120, "MmPagedPoolStart"), (0x128, "MmPagedPoolEnd"), (0x130, "MmPagedPoolInformation"),
        (0x140, "MmSizeOfPagedPoolInBytes"), (0x148, "MmTotalCommitLimit"), (0x150, "MmTotalCommittedPages"), (0x158, "MmSharedCommit"),
        (0x160, "MmDriverCommit"), (0x168, "MmProcessCommit"), (0x170, "MmPagedPoolCommit"), (0x178, "MmExtendedCommit"),
        (0x180, "MmZeroedPageListHead"), (0x188, "MmFreePageListHead"), (0x190, "MmStandbyPageListHead"), (0x198, "MmModifiedPageListHead"),
        (0x1a0, "MmModifiedNoWritePageListHead"), (0x1a8, "MmAvailablePages"), (0x1b0, "MmResidentAvailablePages"),
        (0x1b8, "PoolTrackTable"), (0x1c0, "NonPagedPoolDescriptor"), (0x1c8, "MmHighestUserAddress"), (0x1d0, "MmSystemRangeStart"),
        (0x1d8, "MmUserProbeAddress"), (0x1e0, "KdPrintCircularBuffer"), (0x1e8, "KdPrintCircularBufferEnd"),
        (0x1f0, "KdPrintWritePointer"), (0x1f8, "KdPrintRolloverCount"), (0x200, "MmLoadedUserImageList"), (0x208, "NtBuildLab"),
        (0x210, "KiNormalSystemCall"), (0x218, "KiProcessorBlock"), (0x220, "MmUnloadedDrivers"), (0x228, "MmLastUnloadedDriver"),
        (0x230, "MmTriageActionTaken"), (0x238, "MmSpecialPoolTag"), (0x240, "KernelVerifier"), (0x248, "MmVerifierData"),
        (0x250, "MmAllocatedNonPagedPool"), (0x258, "MmPeakCommitment"), (0x260, "MmTotalCommitLimitMaximum"), (0x268, "CmNtCSDVersion"),
        (0x270, "MmPhysicalMemoryBlock"), (0x278, "MmSessionBase"), (0x280, "MmSessionSize"), (0x288, "MmSystemParentTablePage"),
        (0x290, "MmVirtualTranslationBase"), (0x2c8, "KdPrintCircularBufferPtr"), (0x2d0, "KdPrintBufferSize"), (0x2d8, "KeLoaderBlock"),
        (0x308, "IopNumTriageDumpDataBlocks"), (0x310, "IopTriageDumpDataBlocks"), (0x318, "VfCrashDataBlock"),
        (0x320, "MmBadPagesDetected"), (0x328, "MmZeroedPageSingleBitErrorsDetected"), (0x330, "EtwpDebuggerData"),
        (0x368, "RetpolineStubFunctionTable"),
    ];
}
