using System.Buffers.Binary;
using NetKd.Symbols.Images;

namespace NetKd.Symbols.Unwinding;

/// <summary>The integer registers that unwinding changes: 16 in encoding order (rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 to r15) and rip.</summary>
public sealed class Amd64Frame
{
    /// <summary>Index of rsp.</summary>
    public const int Rsp = 4;

    /// <summary>Index of rbp.</summary>
    public const int Rbp = 5;

    /// <summary>The sixteen general registers.</summary>
    public ulong[] Registers { get; } = new ulong[16];

    /// <summary>The program counter.</summary>
    public ulong InstructionPointer { get; set; }

    /// <summary>
    /// True after unwinding through a trap (UWOP_PUSH_MACHFRAME): the program counter is the interrupted instruction, not a return address,
    /// so this function may be a leaf, and its stack another one.
    /// </summary>
    public bool IsInterrupted { get; set; }
}

/// <summary>
/// Leaves a function on amd64 by its unwind data (x64 exception handling, "Unwind procedure"). Data from the target: counts and
/// chains are bounded.
/// </summary>
public static class Amd64Unwinder
{
    private const int MaxChain = 32;
    private const byte ChainFlag = 4;

    /// <summary>
    /// Turns the frame into its caller's. False when memory that is needed cannot be read. Without an entry the function is a leaf:
    /// its return address is on top of the stack.
    /// </summary>
    public static bool TryUnwind(IAddressReader memory, ulong imageBase, FunctionEntry? function, Amd64Frame frame)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(frame);
        bool machineFrame = false;
        if (function is { } entry)
        {
            uint offset = (uint)(frame.InstructionPointer - imageBase) - entry.Begin;
            if (!Apply(memory, imageBase, entry, offset, frame, out machineFrame)) return false;
        }

        frame.IsInterrupted = machineFrame;
        if (machineFrame) return true;
        if (!TryRead(memory, frame.Registers[Amd64Frame.Rsp], out ulong returnAddress)) return false;
        frame.InstructionPointer = returnAddress;
        frame.Registers[Amd64Frame.Rsp] += 8;
        return true;
    }

    private static bool Apply(IAddressReader memory, ulong imageBase, FunctionEntry entry, uint offset, Amd64Frame frame, out bool machineFrame)
    {
        machineFrame = false;
        Span<byte> header = stackalloc byte[4];
        Span<byte> buffer = stackalloc byte[2 * 256 + 16];
        for (int depth = 0; depth < MaxChain; depth++)
        {
            ulong at = imageBase + entry.UnwindInfo;
            if (memory.Read(at, header) != 4) return false;
            int version = header[0] & 7;
            if (version is not (1 or 2)) return false;
            bool chained = (header[0] >> 3 & ChainFlag) != 0;
            int count = header[2];
            int frameRegister = header[3] & 15;
            int frameOffset = (header[3] >> 4) * 16;
            int length = (count + 1) / 2 * 4 + (chained ? 12 : 0);
            Span<byte> codes = buffer[..length];
            if (memory.Read(at + 4, codes) != length) return false;

            ulong[] registers = frame.Registers;
            for (int i = 0; i < count;)
            {
                int codeOffset = codes[2 * i];
                var operation = (UnwindOperation)(codes[2 * i + 1] & 15);
                int info = codes[2 * i + 1] >> 4;
                int slots = SlotCount(operation, info);
                if (slots == 0 || i + slots > count) return false;
                bool executed = depth > 0 || offset >= (uint)codeOffset;
                if (executed && !Undo(memory, operation, info, codes[(2 * i + 2)..], registers, frameRegister, frameOffset, frame, ref machineFrame)) return false;
                i += slots;
            }

            if (!chained) return true;
            ReadOnlySpan<byte> parent = codes[((count + 1) / 2 * 4)..];
            entry = new FunctionEntry(
                BinaryPrimitives.ReadUInt32LittleEndian(parent),
                BinaryPrimitives.ReadUInt32LittleEndian(parent[4..]),
                BinaryPrimitives.ReadUInt32LittleEndian(parent[8..]));
        }

        return false;
    }

    private static bool Undo(
        IAddressReader memory, UnwindOperation operation, int info, ReadOnlySpan<byte> operand, ulong[] registers, int frameRegister, int frameOffset, Amd64Frame frame, ref bool machineFrame)
    {
        switch (operation)
        {
            case UnwindOperation.PushNonvolatile:
                if (!TryRead(memory, registers[Amd64Frame.Rsp], out registers[info])) return false;
                registers[Amd64Frame.Rsp] += 8;
                return true;
            case UnwindOperation.AllocateSmall:
                registers[Amd64Frame.Rsp] += (ulong)(info * 8 + 8);
                return true;
            case UnwindOperation.AllocateLarge:
                registers[Amd64Frame.Rsp] += info == 0 ? BinaryPrimitives.ReadUInt16LittleEndian(operand) * 8UL : BinaryPrimitives.ReadUInt32LittleEndian(operand);
                return true;
            case UnwindOperation.SetFramePointer:
                registers[Amd64Frame.Rsp] = registers[frameRegister] - (ulong)frameOffset;
                return true;
            case UnwindOperation.SaveNonvolatile:
                return TryRead(memory, registers[Amd64Frame.Rsp] + BinaryPrimitives.ReadUInt16LittleEndian(operand) * 8UL, out registers[info]);
            case UnwindOperation.SaveNonvolatileFar:
                return TryRead(memory, registers[Amd64Frame.Rsp] + BinaryPrimitives.ReadUInt32LittleEndian(operand), out registers[info]);
            case UnwindOperation.PushMachineFrame:
                // An error code first, when the code says so; then rip, cs, rflags, rsp, ss as the processor pushed them.
                ulong at = registers[Amd64Frame.Rsp] + (info != 0 ? 8UL : 0);
                if (!TryRead(memory, at, out ulong ip) || !TryRead(memory, at + 24, out ulong sp)) return false;
                frame.InstructionPointer = ip;
                registers[Amd64Frame.Rsp] = sp;
                machineFrame = true;
                return true;
            default:
                return true;
        }
    }

    private static int SlotCount(UnwindOperation operation, int info) => operation switch
    {
        UnwindOperation.PushNonvolatile or UnwindOperation.AllocateSmall or UnwindOperation.SetFramePointer or UnwindOperation.PushMachineFrame => 1,
        UnwindOperation.AllocateLarge => info == 0 ? 2 : info == 1 ? 3 : 0,
        UnwindOperation.SaveNonvolatile or UnwindOperation.SaveXmm128 or UnwindOperation.Epilog => 2,
        UnwindOperation.SaveNonvolatileFar or UnwindOperation.SaveXmm128Far => 3,
        _ => 0,
    };

    private static bool TryRead(IAddressReader memory, ulong address, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        bool done = memory.Read(address, bytes) == 8;
        value = done ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
        return done;
    }
}
