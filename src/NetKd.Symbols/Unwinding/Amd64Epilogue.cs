using System.Buffers.Binary;
using NetKd.Symbols.Images;

namespace NetKd.Symbols.Unwinding;

/// <summary>
/// Recognises an amd64 epilogue and carries out what is left of it (x64 exception handling, "Epilog code": the stack pointer is set by
/// <c>add rsp</c> or <c>lea rsp</c>, nonvolatile registers are popped, then <c>ret</c> or a jump to another function; nothing else may be between).
/// </summary>
internal static class Amd64Epilogue
{
    // add rsp with 7 bytes, 15 pops of 2, a jump of 7.
    private const int LongestCode = 64;

    /// <summary>True when the frame's function is in its epilogue; the frame is then its caller's.</summary>
    public static bool TryFinish(IAddressReader memory, UnwindImage image, FunctionEntry function, Amd64UnwindInfo info, Amd64Frame frame)
    {
        uint offset = (uint)(frame.InstructionPointer - image.Base);
        if (info.Version == 2 && !IsDescribed(info, function, offset)) return false;
        Span<byte> buffer = stackalloc byte[LongestCode];
        ReadOnlySpan<byte> code = buffer[..image.Constant.Read(frame.InstructionPointer, buffer)];
        ulong ip = frame.InstructionPointer;
        ulong stack = frame.StackPointer;
        int length = StackRelease(code, info, frame, ref stack);
        ip += (ulong)length;
        code = code[length..];
        Span<byte> popped = stackalloc byte[16];
        int pops = 0;
        for (; PopLength(code, out int register) is var size and > 0 && pops < popped.Length; pops++)
        {
            popped[pops] = (byte)register;
            ip += (ulong)size;
            code = code[size..];
        }

        if (!LeavesFunction(code, ip, image, function, info)) return false;
        Span<byte> words = stackalloc byte[8 * (16 + 1)];
        words = words[..(8 * (pops + 1))];
        if (memory.Read(stack, words) != words.Length) return false;
        frame.ForgetVolatile();
        for (int i = 0; i < pops; i++) frame.Registers[popped[i]] = BinaryPrimitives.ReadUInt64LittleEndian(words[(8 * i)..]);
        frame.InstructionPointer = BinaryPrimitives.ReadUInt64LittleEndian(words[(8 * pops)..]);
        frame.StackPointer = stack + (ulong)words.Length;
        frame.IsExecuting = false;
        return true;
    }

    // Version 2 says where the epilogues are: the leading codes, the first of which has their size; distances count back from the function's end.
    private static bool IsDescribed(Amd64UnwindInfo info, FunctionEntry function, uint offset)
    {
        if (info.Codes is not [{ Operation: UnwindOperation.Epilog } first, ..]) return false;
        uint size = first.Offset;
        if ((first.Info & 1) != 0 && IsWithin(function.End - size, size, offset)) return true;
        foreach (UnwindCode code in info.Codes.Skip(1))
        {
            if (code.Operation != UnwindOperation.Epilog) break;
            uint distance = code.Offset | (uint)code.Info << 8;
            if (distance != 0 && IsWithin(function.End - distance, size, offset)) return true;
        }

        return false;
    }

    private static bool IsWithin(uint start, uint size, uint offset) => unchecked(offset - start) < size;

    /// <summary>Length of an instruction that releases the frame, 0 for none.</summary>
    private static int StackRelease(ReadOnlySpan<byte> code, Amd64UnwindInfo info, Amd64Frame frame, ref ulong stack)
    {
        if (code is [0x48, 0x83, 0xC4, var small, ..])
        {
            stack += (ulong)(sbyte)small;
            return 4;
        }

        if (code is [0x48, 0x81, 0xC4, ..] && code.Length >= 7)
        {
            stack += (ulong)BinaryPrimitives.ReadInt32LittleEndian(code[3..]);
            return 7;
        }

        // lea rsp, [frame register + displacement]: REX.W, and REX.B for r8 to r15; r12 as a base needs a SIB byte.
        if (info.FrameRegister == 0 || code is not [0x48 or 0x49, 0x8D, _, ..]) return 0;
        int mode = code[2] >> 6, target = code[2] >> 3 & 7, source = code[2] & 7 | (code[0] & 1) << 3;
        if (target != Amd64Frame.Rsp || source != info.FrameRegister || mode is not (1 or 2)) return 0;
        int at = (source & 7) == 4 ? 4 : 3;
        if (code.Length < at + (mode == 1 ? 1 : 4) || (at == 4 && code[3] != 0x24)) return 0;
        stack = frame.Registers[source] + (ulong)(mode == 1 ? (sbyte)code[at] : BinaryPrimitives.ReadInt32LittleEndian(code[at..]));
        return at + (mode == 1 ? 1 : 4);
    }

    private static int PopLength(ReadOnlySpan<byte> code, out int register)
    {
        register = 0;
        int prefix = code is [>= 0x40 and <= 0x4F, ..] ? 1 : 0;
        if (code.Length <= prefix || code[prefix] is not (>= 0x58 and <= 0x5F)) return 0;
        register = code[prefix] & 7 | (prefix == 1 ? (code[0] & 1) << 3 : 0);
        return register == Amd64Frame.Rsp ? 0 : prefix + 1;
    }

    private static bool LeavesFunction(ReadOnlySpan<byte> code, ulong ip, UnwindImage image, FunctionEntry function, Amd64UnwindInfo info) => code switch
    {
        [0xC3 or 0xC2, ..] => true,
        // rep ret for old AMD processors, bnd ret for MPX.
        [0xF3 or 0xF2, 0xC3, ..] => true,
        [0xEB, var near, ..] => IsTailCall(ip + 2 + (ulong)(sbyte)near, image, function, info),
        [0xE9, ..] when code.Length >= 5 => IsTailCall(ip + 5 + (ulong)BinaryPrimitives.ReadInt32LittleEndian(code[1..]), image, function, info),
        // Through memory by address; a switch's jump goes through a register. Compilers mark others as tail calls by a needless REX.W.
        [0xFF, 0x25, ..] => true,
        [>= 0x48 and <= 0x4F, 0xFF, var target, ..] => (target >> 3 & 7) == 4,
        _ => false,
    };

    // To the function's own start: recursion. Else to anywhere that is not a part of the same function.
    private static bool IsTailCall(ulong target, UnwindImage image, FunctionEntry function, Amd64UnwindInfo info)
    {
        ulong distance = target - image.Base;
        if (distance > uint.MaxValue) return true;
        uint offset = (uint)distance;
        if (IsWithin(function.Begin, function.End - function.Begin, offset)) return offset == function.Begin && info.Parent is null;
        if (!image.Functions.TryFind(offset, out FunctionEntry other)) return true;
        uint? own = info.Parent is { } parent ? Amd64UnwindInfo.FindPrimary(image.Constant, image.Base, parent) : function.Begin;
        return Amd64UnwindInfo.FindPrimary(image.Constant, image.Base, other) != own;
    }
}
