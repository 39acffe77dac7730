using System.Runtime.InteropServices;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Nt;

namespace NetKd.TargetOs.Debugger;

/// <content>
/// Registers. At a halt the state goes into the processor's block, where Windows keeps it, too; the debugger reads and writes it
/// there, and it is loaded again when the machine goes on.
/// </content>
internal sealed unsafe partial class TargetMachine
{
    private const ulong SetRegion = 0;
    private const ulong SetBlock = 1;
    private const ulong SetSpecialRegisters = 2;
    private const ulong SetThread = 3;

    // Intel SDM volume 3, "Debug Registers". Without general detect: a debugger must not lock itself out of its own registers.
    private const ulong DebugControlWritable = 0xFFFF_03FF;
    private const ulong DebugControlFixed = 0x400;
    private const ulong DebugStatusClear = 0xFFFF_0FF0;

    // The control report says that its segments are valid and CS is the usual one.
    private const ushort ReportFlags = 3;

    private TrapFrame* _frame;
    private SpecialRegisters _before;

    private static ref ProcessorBlock Block => ref NtKernel.Processor0->Block;

    /// <summary>Puts the registers aside and disarms the hardware breakpoints, so that the debugger's own code does not run into them.</summary>
    public void Halt(TrapFrame* frame)
    {
        _frame = frame;
        ref SpecialRegisters special = ref Block.Special;
        special.KernelDr7 = Processor.ReadDr7();
        Processor.WriteDr7(DebugControlFixed);
        special.KernelDr0 = Processor.ReadDr0();
        special.KernelDr1 = Processor.ReadDr1();
        special.KernelDr2 = Processor.ReadDr2();
        special.KernelDr3 = Processor.ReadDr3();
        special.KernelDr6 = Processor.ReadDr6();
        special.Capture();
        _before = special;
        Block.Context.Capture(frame, in special);
    }

    /// <summary>Loads the registers as the debugger left them.</summary>
    public void Resume()
    {
        ref SpecialRegisters special = ref Block.Special;
        Block.Context.Apply(_frame);
        special.Apply(in _before);
        Processor.WriteDr0(special.KernelDr0);
        Processor.WriteDr1(special.KernelDr1);
        Processor.WriteDr2(special.KernelDr2);
        Processor.WriteDr3(special.KernelDr3);
        Processor.WriteDr6(DebugStatusClear);
        if (HasExecuteBreakpoint(_frame->Rip)) _frame->Rflags |= Flags.Resume;
        else _frame->Rflags &= ~Flags.Resume;
        Processor.WriteDr7((special.KernelDr7 & DebugControlWritable) | DebugControlFixed);
    }

    public override ulong ProgramCounter(int processor) => Block.Context.Rip;

    public override bool ReadContext(int processor, Span<byte> context)
    {
        if (processor != 0) return false;
        Bytes(ref Block.Context).CopyTo(context);
        return true;
    }

    public override bool WriteContext(int processor, ReadOnlySpan<byte> context)
    {
        if (processor != 0) return false;
        context.Slice(0, ContextSize).CopyTo(Bytes(ref Block.Context));
        return true;
    }

    public override int ReadControlSpace(int processor, ulong set, Span<byte> destination)
    {
        if (processor != 0) return 0;
        ulong pointer;
        switch (set)
        {
            case SetRegion:
                pointer = (ulong)NtKernel.Processor0;
                break;
            case SetBlock:
                pointer = (ulong)NtKernel.Processor0->CurrentBlock;
                break;
            case SetThread:
                pointer = CurrentThread(processor);
                break;
            case SetSpecialRegisters:
                return CopyShorter(Bytes(ref Block.Special), destination);
            default:
                return 0;
        }

        return CopyShorter(Bytes(ref pointer), destination);
    }

    public override int WriteControlSpace(int processor, ulong set, ReadOnlySpan<byte> source)
    {
        if (processor != 0 || set != SetSpecialRegisters) return 0;
        return CopyShorter(source, Bytes(ref Block.Special));
    }

    public override void FillControlReport(int processor, Span<byte> report)
    {
        ControlReport filled = default;
        filled.Dr6 = Block.Special.KernelDr6;
        filled.Dr7 = Block.Special.KernelDr7;
        filled.EFlags = Block.Context.EFlags;
        filled.InstructionCount = (ushort)ReadVirtual(Block.Context.Rip, new Span<byte>(filled.InstructionStream, ControlReport.InstructionBytes));
        filled.ReportFlags = ReportFlags;
        filled.SegCs = Block.Context.SegCs;
        filled.SegDs = Block.Context.SegDs;
        filled.SegEs = Block.Context.SegEs;
        filled.SegFs = Block.Context.SegFs;
        Bytes(ref filled).CopyTo(report);
    }

    public override void PrepareContinue(bool trace, bool setDebugControl, ulong dr7)
    {
        if (trace) Block.Context.EFlags |= (uint)Flags.Trap;
        else Block.Context.EFlags &= ~(uint)Flags.Trap;
        if (!setDebugControl) return;
        Block.Special.KernelDr7 = dr7;
        Block.Special.KernelDr6 = 0;
    }

    /// <summary>
    /// An execute breakpoint at the place of resumption would strike again before the instruction: RF holds it off for one
    /// instruction (Intel SDM volume 3, "Instruction-Breakpoint Exception Condition").
    /// </summary>
    private static bool HasExecuteBreakpoint(ulong address)
    {
        ref SpecialRegisters special = ref Block.Special;
        for (int i = 0; i < 4; i++)
        {
            ulong place = i == 0 ? special.KernelDr0 : i == 1 ? special.KernelDr1 : i == 2 ? special.KernelDr2 : special.KernelDr3;
            bool enabled = (special.KernelDr7 >> (2 * i) & 3) != 0;
            bool execute = (special.KernelDr7 >> (16 + (4 * i)) & 3) == 0;
            if (enabled && execute && place == address) return true;
        }

        return false;
    }

    private static Span<byte> Bytes<T>(ref T value)
        where T : unmanaged => new(Unsafe.AsPointer(ref value), sizeof(T));

    private static int CopyShorter(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int count = Math.Min(source.Length, destination.Length);
        source.Slice(0, count).CopyTo(destination);
        return count;
    }

    /// <summary>AMD64_DBGKD_CONTROL_REPORT (facts: kdnet-wire section 4).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ControlReport
    {
        public const int InstructionBytes = 16;

        public ulong Dr6;
        public ulong Dr7;
        public uint EFlags;
        public ushort InstructionCount;
        public ushort ReportFlags;
        public fixed byte InstructionStream[InstructionBytes];
        public ushort SegCs;
        public ushort SegDs;
        public ushort SegEs;
        public ushort SegFs;
    }
}
