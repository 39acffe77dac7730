using NetKd.Protocol.Kd;
using NetKd.TargetOs.Cpu;

namespace NetKd.TargetOs.Debugger;

/// <summary>Turns processor exceptions into the NTSTATUS codes that debuggers know (ntstatus.h), and decides their end.</summary>
internal static unsafe class Exceptions
{
    private const uint IntegerOverflow = 0xC0000095;
    private const uint ArrayBoundsExceeded = 0xC000008C;
    private const uint FloatInvalidOperation = 0xC0000090;
    private const uint FloatMultipleFaults = 0xC00002B4;

    // The first number about an access violation (winnt.h, EXCEPTION_READ_FAULT and its like).
    private const ulong ReadFault = 0;
    private const ulong WriteFault = 1;
    private const ulong ExecuteFault = 8;

    /// <summary>
    /// Offers the exception to the debugger twice, as Windows does, and stops the machine when nobody handled it: this kernel's code has
    /// no handlers of its own.
    /// </summary>
    public static void Dispatch(TrapFrame* frame)
    {
        if (!Describe(frame, out ExceptionRecord record))
        {
            BugCheck.StopAt(frame, BugCheck.UnexpectedTrap, frame->Vector, frame->ErrorCode, frame->Rip, frame->Rsp);
            return;
        }

        record.FirstChance = true;
        if (KernelDebugger.OnException(frame, in record)) return;
        record.FirstChance = false;
        if (KernelDebugger.OnException(frame, in record)) return;
        if (frame->Vector == Vector.PageFault)
        {
            BugCheck.StopAt(frame, BugCheck.PageFault, record.Information1, record.Information0, record.Address, 0);
        }
        else
        {
            BugCheck.StopAt(frame, BugCheck.ExceptionNotHandled, record.Code, record.Address, record.Information0, record.Information1);
        }
    }

    /// <summary>False for what no code can be resumed after.</summary>
    private static bool Describe(TrapFrame* frame, out ExceptionRecord record)
    {
        record = default;
        if (frame->Vector == Vector.Breakpoint)
        {
            // Reported where the INT3 is, not behind it; a debugger steps over one that is not its own.
            frame->Rip--;
            record.ParameterCount = 1;
        }
        else if (frame->Vector == Vector.GeneralProtection)
        {
            record.ParameterCount = 2;
            record.Information1 = ulong.MaxValue;
        }
        else if (frame->Vector == Vector.PageFault)
        {
            record.ParameterCount = 2;
            record.Information0 = FaultKind(frame->ErrorCode);
            record.Information1 = Processor.ReadCr2();
        }

        record.Code = Code(frame->Vector);
        record.Address = frame->Rip;
        return record.Code != 0;
    }

    /// <summary>The NTSTATUS of a vector, 0 for one without.</summary>
    private static uint Code(ulong vector) => (int)vector switch
    {
        Vector.Breakpoint => NtStatus.Breakpoint,
        // The operator's button: a request to break in.
        Vector.NonMaskable => NtStatus.Breakpoint,
        Vector.Debug => NtStatus.SingleStep,
        Vector.DivideError => NtStatus.IntegerDivideByZero,
        Vector.Overflow => IntegerOverflow,
        Vector.BoundRange => ArrayBoundsExceeded,
        Vector.InvalidOpcode => NtStatus.IllegalInstruction,
        Vector.GeneralProtection => NtStatus.AccessViolation,
        Vector.PageFault => NtStatus.AccessViolation,
        Vector.FloatingPoint => FloatInvalidOperation,
        Vector.Simd => FloatMultipleFaults,
        Vector.AlignmentCheck => NtStatus.DatatypeMisalignment,
        _ => 0,
    };

    /// <summary>Page-fault error code (Intel SDM volume 3, "Page-Fault Exceptions"): bit 1 is a write, bit 4 an instruction fetch.</summary>
    private static ulong FaultKind(ulong errorCode)
    {
        if ((errorCode & 16) != 0) return ExecuteFault;
        return (errorCode & 2) != 0 ? WriteFault : ReadFault;
    }
}
