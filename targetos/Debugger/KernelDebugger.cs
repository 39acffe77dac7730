using NetKd.Protocol.Kd;
using NetKd.TargetOs.Cpu;

namespace NetKd.TargetOs.Debugger;

internal static unsafe class KernelDebugger
{
    public static void OnTimer()
    {
    }

    public static bool OnException(TrapFrame* frame, in ExceptionRecord record)
    {
        Log.Begin("exception "u8); Log.Hex(record.Code, 8); Log.Write(" at "u8); Log.Address(record.Address); Log.End();
        if (record.Code == NtStatus.Breakpoint) { frame->Rip++; return true; }
        return false;
    }

    public static void BreakIn(uint status)
    {
    }
}
