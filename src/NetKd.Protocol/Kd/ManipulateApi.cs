namespace NetKd.Protocol.Kd;

/// <summary>API numbers of manipulate packets, by the names their users search for (facts: kdnet-wire, section 5).</summary>
public enum ManipulateApi : uint
{
    /// <summary>Reads virtual memory.</summary>
    DbgKdReadVirtualMemoryApi = 0x3130,
    /// <summary>Writes virtual memory.</summary>
    DbgKdWriteVirtualMemoryApi = 0x3131,
    /// <summary>Reads a whole CONTEXT record.</summary>
    DbgKdGetContextApi = 0x3132,
    /// <summary>Writes a whole CONTEXT record.</summary>
    DbgKdSetContextApi = 0x3133,
    /// <summary>Puts a breakpoint instruction into memory and returns a handle.</summary>
    DbgKdWriteBreakPointApi = 0x3134,
    /// <summary>Takes a breakpoint out by its handle.</summary>
    DbgKdRestoreBreakPointApi = 0x3135,
    /// <summary>Lets the target run; no reply.</summary>
    DbgKdContinueApi = 0x3136,
    /// <summary>Reads processor control space.</summary>
    DbgKdReadControlSpaceApi = 0x3137,
    /// <summary>Writes processor control space.</summary>
    DbgKdWriteControlSpaceApi = 0x3138,
    /// <summary>Reads an I/O port.</summary>
    DbgKdReadIoSpaceApi = 0x3139,
    /// <summary>Writes an I/O port.</summary>
    DbgKdWriteIoSpaceApi = 0x313a,
    /// <summary>Restarts the machine; no reply.</summary>
    DbgKdRebootApi = 0x313b,
    /// <summary>Lets the target run with trace flag and debug control; no reply.</summary>
    DbgKdContinueApi2 = 0x313c,
    /// <summary>Reads physical memory.</summary>
    DbgKdReadPhysicalMemoryApi = 0x313d,
    /// <summary>Writes physical memory.</summary>
    DbgKdWritePhysicalMemoryApi = 0x313e,
    /// <summary>Asks for the version block.</summary>
    DbgKdGetVersionApi = 0x3146,
    /// <summary>Stops the machine with a bug check; no reply.</summary>
    DbgKdCauseBugCheckApi = 0x3149,
    /// <summary>Continues on another processor; the reply is a state change.</summary>
    DbgKdSwitchProcessor = 0x3150,
    /// <summary>Reads a model-specific register.</summary>
    DbgKdReadMachineSpecificRegister = 0x3152,
    /// <summary>Writes a model-specific register.</summary>
    DbgKdWriteMachineSpecificRegister = 0x3153,
    /// <summary>Searches virtual memory on the target.</summary>
    DbgKdSearchMemoryApi = 0x3156,
    /// <summary>Reads bus configuration space.</summary>
    DbgKdGetBusDataApi = 0x3157,
    /// <summary>Writes bus configuration space.</summary>
    DbgKdSetBusDataApi = 0x3158,
    /// <summary>Clears the target's internal breakpoints; no reply.</summary>
    DbgKdClearAllInternalBreakpointsApi = 0x315a,
    /// <summary>Fills memory with a pattern.</summary>
    DbgKdFillMemoryApi = 0x315b,
    /// <summary>Asks what kind of memory an address is.</summary>
    DbgKdQueryMemoryApi = 0x315c,
    /// <summary>Switches the partition.</summary>
    DbgKdSwitchPartition = 0x315d,
    /// <summary>Writes a custom breakpoint.</summary>
    DbgKdWriteCustomBreakpointApi = 0x315e,
    /// <summary>Reads a part of a CONTEXT record.</summary>
    DbgKdGetContextExApi = 0x315f,
    /// <summary>Writes a part of a CONTEXT record.</summary>
    DbgKdSetContextExApi = 0x3160,
}
