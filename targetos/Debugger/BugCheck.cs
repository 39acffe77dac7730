using System.Runtime;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Nt;

namespace NetKd.TargetOs.Debugger;

/// <summary>The end of the machine: what happened is kept where debuggers look, told on the serial console and to the debugger.</summary>
internal static unsafe class BugCheck
{
    // Codes of Windows (bugcodes.h) where the cause is the same.
    public const uint ExceptionNotHandled = 0x1E;
    public const uint NoPages = 0x4D;
    public const uint PageFault = 0x50;
    public const uint UnexpectedTrap = 0x7F;
    public const uint Manual = 0xE2;

    /// <summary>This kernel's own: a check of compiled code failed. Parameter 1: 1 index, 2 null, 3 overflow, 4 division, 5 array type.</summary>
    public const uint RuntimeCheckFailed = 0x139;

    private static bool s_stopped;

    [RuntimeExport("KeBugCheckEx")]
    public static void Stop(uint code, ulong parameter1, ulong parameter2, ulong parameter3, ulong parameter4)
    {
        _ = Processor.DisableInterrupts();
        if (s_stopped) Processor.HaltForever();
        s_stopped = true;
        ulong* data = NtKernel.Variables->KiBugCheckData;
        data[0] = code;
        data[1] = parameter1;
        data[2] = parameter2;
        data[3] = parameter3;
        data[4] = parameter4;
        Log.Write("\n*** STOP: 0x"u8);
        Log.Hex(code, 8);
        Log.Write(" ("u8);
        for (int i = 1; i <= 4; i++)
        {
            if (i != 1) Log.Write(","u8);
            Log.Write("0x"u8);
            Log.Hex(data[i], 16);
        }

        Log.Write(")\n"u8);
        KernelDebugger.BreakIn(BreakStatus.BugCheckFirst);
        KernelDebugger.BreakIn(BreakStatus.BugCheckSecond);
        Log.Line("halted"u8);
        Processor.HaltForever();
    }

    /// <summary>Stops for a trap, saying where it happened.</summary>
    public static void StopAt(TrapFrame* frame, uint code, ulong parameter1, ulong parameter2, ulong parameter3, ulong parameter4)
    {
        Log.Begin("trap "u8);
        Log.Decimal(frame->Vector);
        Log.Write(" at "u8);
        Log.Address(frame->Rip);
        Log.Write(", stack "u8);
        Log.Address(frame->Rsp);
        Log.End();
        Stop(code, parameter1, parameter2, parameter3, parameter4);
    }
}
