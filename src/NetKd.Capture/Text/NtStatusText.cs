namespace NetKd.Capture.Text;

/// <summary>NTSTATUS values, exception codes and continue statuses by the names that their users search for.</summary>
internal static class NtStatusText
{
    /// <summary>The number, and its name where it is known.</summary>
    public static string Format(uint status) => Name(status) is { } name ? $"{status:x8} {name}" : $"{status:x8}";

    private static string? Name(uint status) => status switch
    {
        NtStatus.Success => "STATUS_SUCCESS",
        NtStatus.DbgExceptionHandled => "DBG_EXCEPTION_HANDLED",
        NtStatus.DbgContinue => "DBG_CONTINUE",
        NtStatus.Pending => "STATUS_PENDING",
        NtStatus.DatatypeMisalignment => "STATUS_DATATYPE_MISALIGNMENT",
        NtStatus.Breakpoint => "STATUS_BREAKPOINT",
        NtStatus.SingleStep => "STATUS_SINGLE_STEP",
        NtStatus.DbgExceptionNotHandled => "DBG_EXCEPTION_NOT_HANDLED",
        NtStatus.Unsuccessful => "STATUS_UNSUCCESSFUL",
        NtStatus.NotImplemented => "STATUS_NOT_IMPLEMENTED",
        NtStatus.AccessViolation => "STATUS_ACCESS_VIOLATION",
        NtStatus.InvalidParameter => "STATUS_INVALID_PARAMETER",
        NtStatus.NoSuchFile => "STATUS_NO_SUCH_FILE",
        NtStatus.IllegalInstruction => "STATUS_ILLEGAL_INSTRUCTION",
        NtStatus.NoMoreEntries => "STATUS_NO_MORE_ENTRIES",
        NtStatus.IntegerDivideByZero => "STATUS_INTEGER_DIVIDE_BY_ZERO",
        NtStatus.PrivilegedInstruction => "STATUS_PRIVILEGED_INSTRUCTION",
        NtStatus.InsufficientResources => "STATUS_INSUFFICIENT_RESOURCES",
        _ => null,
    };
}
