namespace NetKd.Protocol.Kd;

/// <summary>NTSTATUS values that cross the KD wire.</summary>
public static class NtStatus
{
    /// <summary>STATUS_SUCCESS.</summary>
    public const uint Success = 0;
    /// <summary>DBG_EXCEPTION_HANDLED: continue, the event is dealt with.</summary>
    public const uint DbgExceptionHandled = 0x00010001;
    /// <summary>DBG_CONTINUE: continue silently.</summary>
    public const uint DbgContinue = 0x00010002;
    /// <summary>STATUS_PENDING, what requests carry in their status field.</summary>
    public const uint Pending = 0x00000103;
    /// <summary>STATUS_DATATYPE_MISALIGNMENT.</summary>
    public const uint DatatypeMisalignment = 0x80000002;
    /// <summary>STATUS_BREAKPOINT.</summary>
    public const uint Breakpoint = 0x80000003;
    /// <summary>STATUS_SINGLE_STEP.</summary>
    public const uint SingleStep = 0x80000004;
    /// <summary>DBG_EXCEPTION_NOT_HANDLED: continue, let the target look for a handler.</summary>
    public const uint DbgExceptionNotHandled = 0x80010001;
    /// <summary>STATUS_UNSUCCESSFUL.</summary>
    public const uint Unsuccessful = 0xC0000001;
    /// <summary>STATUS_NOT_IMPLEMENTED.</summary>
    public const uint NotImplemented = 0xC0000002;
    /// <summary>STATUS_ACCESS_VIOLATION.</summary>
    public const uint AccessViolation = 0xC0000005;
    /// <summary>STATUS_INVALID_PARAMETER.</summary>
    public const uint InvalidParameter = 0xC000000D;
    /// <summary>STATUS_NO_SUCH_FILE.</summary>
    public const uint NoSuchFile = 0xC000000F;
    /// <summary>STATUS_ILLEGAL_INSTRUCTION.</summary>
    public const uint IllegalInstruction = 0xC000001D;
    /// <summary>STATUS_NO_MORE_ENTRIES: SearchMemory found nothing.</summary>
    public const uint NoMoreEntries = 0x8000001A;
    /// <summary>STATUS_INTEGER_DIVIDE_BY_ZERO.</summary>
    public const uint IntegerDivideByZero = 0xC0000094;
    /// <summary>STATUS_PRIVILEGED_INSTRUCTION.</summary>
    public const uint PrivilegedInstruction = 0xC0000096;
    /// <summary>STATUS_INSUFFICIENT_RESOURCES.</summary>
    public const uint InsufficientResources = 0xC000009A;

    /// <summary>NT_SUCCESS: informational and success codes.</summary>
    public static bool IsSuccess(uint status) => status < 0x80000000;
}
