using Iced.Intel;

namespace NetKd.Target.Simulation;

/// <summary>
/// Executes a subset of amd64, one instruction at a time: what compilers emit for integer code, and the system instructions that a small
/// kernel needs. Anything else is an illegal instruction. Decoding is Iced's; semantics follow the Intel SDM, volume 2.
/// </summary>
public sealed partial class Interpreter
{
    private const ulong ServicePrint = 1;
    private const int DebugServiceVector = 0x2D;

    private readonly PhysicalMemory _memory;
    private readonly MachineDevices _devices;
    private readonly InstructionBytes _bytes = new InstructionBytes();
    private readonly Decoder _decoder;
    private Instruction _instruction;
    private Amd64Processor _processor;

    /// <summary>Makes an interpreter over a machine's memory and devices.</summary>
    public Interpreter(PhysicalMemory memory, MachineDevices devices, Amd64Processor processor)
    {
        _memory = memory;
        _devices = devices;
        _processor = processor;
        _decoder = Decoder.Create(64, _bytes);
    }

    /// <summary>
    /// Runs one instruction. With <see cref="StepOutcome.Exception"/> the record says which; registers are then as before a faulting
    /// instruction, at a breakpoint instruction (as NT reports it), or after a traced one.
    /// </summary>
    public StepOutcome Step(Amd64Processor processor, out ExceptionRecord exception)
    {
        exception = default;
        _processor = processor;
        DebugRegisters debug = processor.Debug;
        debug.Hits = 0;
        if ((processor.Flags & RFlags.Resume) == 0)
        {
            ulong hits = debug.ExecuteHits(processor.Rip);
            if (hits != 0)
            {
                // An instruction breakpoint is a fault: without RF in the saved flags it would be met again (SDM 3B, 17.3.1.1).
                processor.Flags |= RFlags.Resume;
                debug.Status |= hits;
                exception = Record(NtStatus.SingleStep);
                return StepOutcome.Exception;
            }
        }

        bool trace = (processor.Flags & RFlags.Trap) != 0;
        StepOutcome outcome;
        try
        {
            Fetch();
            outcome = Execute();
        }
        catch (ProcessorFaultException fault)
        {
            exception = Record(fault.Code);
            exception.ParameterCount = fault.ParameterCount;
            exception.Information0 = fault.Access;
            exception.Information1 = fault.Address;
            if (fault.ParameterCount != 0) processor.Cr2 = fault.Address;
            return StepOutcome.Exception;
        }

        processor.TimeStamp++;
        if (outcome == StepOutcome.Exception)
        {
            exception = Record(NtStatus.Breakpoint);
            exception.ParameterCount = 1;
            return outcome;
        }

        processor.Flags &= ~RFlags.Resume;
        debug.Status |= debug.Hits;
        if (trace) debug.Status |= DebugRegisters.SingleStep;
        if (outcome == StepOutcome.Print || (!trace && debug.Hits == 0)) return outcome;

        // NT clears the trap flag in the context that it hands to the debugger.
        processor.Flags &= ~RFlags.Trap;
        exception = Record(NtStatus.SingleStep);
        return StepOutcome.Exception;
    }

    private ExceptionRecord Record(uint code)
    {
        ExceptionRecord record = default;
        record.Code = code;
        record.Address = _processor.Rip;
        record.FirstChance = true;
        return record;
    }

    private void Fetch()
    {
        _bytes.Load(_memory, _processor.Cr3, _processor.Rip);
        _decoder.IP = _processor.Rip;
        _decoder.Decode(out _instruction);
        if (!_instruction.IsInvalid) return;
        if (_bytes.RanDry) throw new ProcessorFaultException(ProcessorFaultException.AccessExecute, _bytes.DryAddress);
        throw new ProcessorFaultException(NtStatus.IllegalInstruction);
    }

    private StepOutcome Execute()
    {
        ulong next = _instruction.NextIP;
        ulong flags = _processor.Flags;
        int size = _instruction.OpCount > 0 ? OperandSize(0) : 8;
        ConditionCode condition = _instruction.ConditionCode;
        switch (_instruction.Mnemonic)
        {
            case Mnemonic.Nop or Mnemonic.Pause or Mnemonic.Endbr64 or Mnemonic.Lfence or Mnemonic.Mfence:
                break;
            case Mnemonic.Mov or Mnemonic.Movzx:
                Write(0, Read(1));
                break;
            case Mnemonic.Movsx or Mnemonic.Movsxd:
                Write(0, ArithmeticUnit.SignExtend(Read(1), OperandSize(1)));
                break;
            case Mnemonic.Lea:
                Write(0, EffectiveAddress(withSegment: false));
                break;
            case Mnemonic.Add:
                Write(0, ArithmeticUnit.Add(Read(0), Read(1), 0, size, ref flags));
                break;
            case Mnemonic.Adc:
                Write(0, ArithmeticUnit.Add(Read(0), Read(1), flags & RFlags.Carry, size, ref flags));
                break;
            case Mnemonic.Sub:
                Write(0, ArithmeticUnit.Subtract(Read(0), Read(1), 0, size, ref flags));
                break;
            case Mnemonic.Sbb:
                Write(0, ArithmeticUnit.Subtract(Read(0), Read(1), flags & RFlags.Carry, size, ref flags));
                break;
            case Mnemonic.Cmp:
                ArithmeticUnit.Subtract(Read(0), Read(1), 0, size, ref flags);
                break;
            case Mnemonic.And:
                Write(0, ArithmeticUnit.Logic(Read(0) & Read(1), size, ref flags));
                break;
            case Mnemonic.Or:
                Write(0, ArithmeticUnit.Logic(Read(0) | Read(1), size, ref flags));
                break;
            case Mnemonic.Xor:
                Write(0, ArithmeticUnit.Logic(Read(0) ^ Read(1), size, ref flags));
                break;
            case Mnemonic.Test:
                ArithmeticUnit.Logic(Read(0) & Read(1), size, ref flags);
                break;
            case Mnemonic.Not:
                Write(0, ~Read(0));
                break;
            case Mnemonic.Neg:
                Write(0, ArithmeticUnit.Subtract(0, Read(0), 0, size, ref flags));
                break;
            case Mnemonic.Inc:
                Write(0, ArithmeticUnit.Increment(Read(0), size, ref flags));
                break;
            case Mnemonic.Dec:
                Write(0, ArithmeticUnit.Decrement(Read(0), size, ref flags));
                break;
            case Mnemonic.Shl or Mnemonic.Sal:
                Write(0, ArithmeticUnit.ShiftLeft(Read(0), ShiftCount(), size, ref flags));
                break;
            case Mnemonic.Shr:
                Write(0, ArithmeticUnit.ShiftRight(Read(0), ShiftCount(), size, ref flags));
                break;
            case Mnemonic.Sar:
                Write(0, ArithmeticUnit.ShiftArithmeticRight(Read(0), ShiftCount(), size, ref flags));
                break;
            case Mnemonic.Imul when _instruction.OpCount == 2:
                Write(0, ArithmeticUnit.Multiply(Read(0), Read(1), size, ref flags));
                break;
            case Mnemonic.Imul when _instruction.OpCount == 3:
                Write(0, ArithmeticUnit.Multiply(Read(1), Read(2), size, ref flags));
                break;
            case Mnemonic.Xchg:
                ulong first = Read(0);
                ulong second = Read(1);
                // Memory first: its fault must leave the register alone.
                if (_instruction.Op0Kind == OpKind.Memory)
                {
                    Write(0, second);
                    Write(1, first);
                }
                else
                {
                    Write(1, first);
                    Write(0, second);
                }

                break;
            case Mnemonic.Push:
                ulong pushed = Read(0);
                Push(pushed);
                break;
            case Mnemonic.Pop:
                ulong popped = ReadMemory(_processor.Rsp, 8);
                _processor.Rsp = unchecked(_processor.Rsp + 8);
                Write(0, popped);
                break;
            case Mnemonic.Pushfq:
                Push(flags & ~RFlags.Resume);
                break;
            case Mnemonic.Popfq:
                ulong restored = ReadMemory(_processor.Rsp, 8);
                _processor.Rsp = unchecked(_processor.Rsp + 8);
                flags = (flags & ~RFlags.Settable) | (restored & RFlags.Settable);
                break;
            case Mnemonic.Leave:
                ulong frame = _processor.General[5];
                _processor.General[5] = ReadMemory(frame, 8);
                _processor.Rsp = unchecked(frame + 8);
                break;
            case Mnemonic.Call:
                ulong callee = Target();
                Push(next);
                next = callee;
                break;
            case Mnemonic.Jmp:
                next = Target();
                break;
            case Mnemonic.Ret:
                ulong back = ReadMemory(_processor.Rsp, 8);
                _processor.Rsp = unchecked(_processor.Rsp + 8 + (_instruction.OpCount == 1 ? _instruction.Immediate16 : 0UL));
                next = back;
                break;
            case Mnemonic.Int3:
                return StepOutcome.Exception;
            case Mnemonic.Int when _instruction.Immediate8 == DebugServiceVector && unchecked((uint)_processor.General[0]) == ServicePrint:
                // The service's INT 2Dh is followed by an INT3 that the kernel steps over.
                _processor.Rip = unchecked(next + 1);
                return StepOutcome.Print;
            case Mnemonic.Hlt:
                _processor.Rip = next;
                return StepOutcome.Waiting;
            case Mnemonic.Cli:
                flags &= ~RFlags.Interrupt;
                break;
            case Mnemonic.Sti:
                flags |= RFlags.Interrupt;
                break;
            case Mnemonic.Rdtsc:
                _processor.General[0] = _processor.TimeStamp & 0xFFFF_FFFF;
                _processor.General[2] = _processor.TimeStamp >> 32;
                break;
            case Mnemonic.Iretq:
                next = ReturnFromInterrupt(ref flags);
                break;
            case Mnemonic.In:
                if (!_devices.ReadPort(Read(1), (uint)size, out uint input)) throw new ProcessorFaultException(NtStatus.PrivilegedInstruction);
                Write(0, input);
                break;
            case Mnemonic.Out:
                _devices.WritePort(Read(0), (uint)OperandSize(1), unchecked((uint)Read(1)));
                break;
            default:
                if (_instruction.IsJccShortOrNear)
                {
                    if (Holds(condition, flags)) next = _instruction.NearBranchTarget;
                }
                else if (condition != ConditionCode.None && _instruction.OpCount == 1)
                {
                    Write(0, Holds(condition, flags) ? 1UL : 0); // SETcc
                }
                else if (condition != ConditionCode.None && _instruction.OpCount == 2)
                {
                    // CMOVcc reads its source, and clears the upper half of a 32-bit destination, whatever the condition.
                    ulong source = Read(1);
                    Write(0, Holds(condition, flags) ? source : Read(0));
                }
                else if (!ExecuteVector())
                {
                    throw new ProcessorFaultException(NtStatus.IllegalInstruction);
                }

                break;
        }

        _processor.Flags = flags;
        _processor.Rip = next;
        return StepOutcome.Done;
    }

    private int ShiftCount() => (int)(Read(1) & 0xFF);

    private void Push(ulong value)
    {
        ulong top = unchecked(_processor.Rsp - 8);
        WriteMemory(top, 8, value);
        _processor.Rsp = top;
    }

    private ulong Target() =>
        _instruction.Op0Kind is OpKind.NearBranch64 ? _instruction.NearBranchTarget : Read(0);

    private ulong ReturnFromInterrupt(ref ulong flags)
    {
        ulong frame = _processor.Rsp;
        ulong rip = ReadMemory(frame, 8);
        ulong code = ReadMemory(unchecked(frame + 8), 8);
        ulong saved = ReadMemory(unchecked(frame + 16), 8);
        ulong stack = ReadMemory(unchecked(frame + 24), 8);
        ulong data = ReadMemory(unchecked(frame + 32), 8);
        _processor.Segments[0] = unchecked((ushort)code);
        _processor.Segments[5] = unchecked((ushort)data);
        _processor.Rsp = stack;
        flags = (saved & (RFlags.Settable | RFlags.Resume)) | RFlags.AlwaysSet;
        return rip;
    }

    private static bool Holds(ConditionCode condition, ulong flags)
    {
        bool carry = (flags & RFlags.Carry) != 0;
        bool zero = (flags & RFlags.Zero) != 0;
        bool sign = (flags & RFlags.Sign) != 0;
        bool overflow = (flags & RFlags.Overflow) != 0;
        bool parity = (flags & RFlags.Parity) != 0;
        return condition switch
        {
            ConditionCode.o => overflow,
            ConditionCode.no => !overflow,
            ConditionCode.b => carry,
            ConditionCode.ae => !carry,
            ConditionCode.e => zero,
            ConditionCode.ne => !zero,
            ConditionCode.be => carry || zero,
            ConditionCode.a => !carry && !zero,
            ConditionCode.s => sign,
            ConditionCode.ns => !sign,
            ConditionCode.p => parity,
            ConditionCode.np => !parity,
            ConditionCode.l => sign != overflow,
            ConditionCode.ge => sign == overflow,
            ConditionCode.le => zero || sign != overflow,
            _ => !zero && sign == overflow,
        };
    }
}
