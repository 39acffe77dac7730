using System.Runtime;
using NetKd.TargetOs.Debugger;
using NetKd.TargetOs.Nt;
using NetKd.TargetOs.Threads;

namespace NetKd.TargetOs.Cpu;

/// <summary>Where every trap and interrupt arrives from cpu.S, interrupts masked.</summary>
internal static unsafe class Traps
{
    /// <summary>Handles one trap and returns the frame to resume.</summary>
    [RuntimeExport("HandleTrap")]
    public static TrapFrame* HandleTrap(TrapFrame* frame)
    {
        switch ((int)frame->Vector)
        {
            case Vector.Timer:
                LocalApic.EndInterrupt();
                SharedUserData.Tick();
                KernelDebugger.OnTimer(frame);
                return Scheduler.Switch(frame);
            case Vector.Yield:
                return Scheduler.Switch(frame);
            case Vector.Spurious:
                return frame;
            case Vector.GeneralProtection when RecoverModelSpecificAccess(frame):
                return frame;
            default:
                Exceptions.Dispatch(frame);
                return frame;
        }
    }

    /// <summary>A refused RDMSR or WRMSR of the guarded routines goes on at their failure return.</summary>
    private static bool RecoverModelSpecificAccess(TrapFrame* frame)
    {
        if (frame->Rip != Routine.MsrReadInstructionAddress() && frame->Rip != Routine.MsrWriteInstructionAddress()) return false;
        frame->Rip = Routine.MsrFaultAddress();
        return true;
    }
}
