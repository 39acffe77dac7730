namespace NetKd.Target.Simulation;

/// <summary>
/// Ends the execution of an instruction that faults; the interpreter turns it into the exception a kernel would report. Faults are
/// rare, and unwinding keeps every instruction's own code free of checks.
/// </summary>
public sealed class ProcessorFaultException : Exception
{
    /// <summary>Access violation parameter: the instruction read.</summary>
    public const ulong AccessRead = 0;

    /// <summary>Access violation parameter: the instruction wrote.</summary>
    public const ulong AccessWrite = 1;

    /// <summary>Access violation parameter: the instruction itself could not be fetched.</summary>
    public const ulong AccessExecute = 8;

    /// <summary>A fault with an NTSTATUS and no parameters.</summary>
    public ProcessorFaultException(uint code) => Code = code;

    /// <summary>An access violation.</summary>
    public ProcessorFaultException(ulong access, ulong address)
    {
        Code = NtStatus.AccessViolation;
        ParameterCount = 2;
        Access = access;
        Address = address;
    }

    /// <summary>NTSTATUS of the fault.</summary>
    public uint Code { get; }

    /// <summary>0, or 2 for an access violation.</summary>
    public uint ParameterCount { get; }

    /// <summary>One of the Access constants.</summary>
    public ulong Access { get; }

    /// <summary>Address that could not be accessed.</summary>
    public ulong Address { get; }
}
