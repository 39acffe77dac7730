using System.Buffers.Binary;
using NetKd.Commands.Expressions;

namespace NetKd.Commands.Tests;

/// <summary>The made-up target of facts: kd-transcript, as far as expressions see it.</summary>
internal sealed class TranscriptScope : IExpressionScope
{
    public const ulong CodeBase = 0xfffff803_12201000;

    public static byte[] Code { get; } = CreateCode();

    public int Radix { get; set; } = 16;

    public int PointerSize => 8;

    public bool TryReadRegister(string name, out ulong value)
    {
        value = name switch { "rip" => 0xfffff803_12201010, "rax" => 0x1234, "al" => 0x34, _ => ulong.MaxValue };
        return value != ulong.MaxValue;
    }

    public bool TryReadPseudoRegister(string name, out ulong value)
    {
        value = name switch { "$ip" => 0xfffff803_12201010, "$ra" => 0xfffff803_12201044, "$t0" => 5, _ => ulong.MaxValue };
        return value != ulong.MaxValue;
    }

    public bool TryResolveSymbol(string name, out ulong address)
    {
        address = name switch
        {
            "nt" => 0xfffff803_12200000,
            "nt!KeBugCheckEx" or "KeBugCheckEx" => 0xfffff803_12201040,
            _ => 0,
        };
        return address != 0;
    }

    public bool TryReadVirtual(ulong address, Span<byte> destination)
    {
        if (address < CodeBase || address - CodeBase + (ulong)destination.Length > (ulong)Code.Length) return false;
        Code.AsSpan((int)(address - CodeBase), destination.Length).CopyTo(destination);
        return true;
    }

    public bool TryReadPhysical(ulong address, Span<byte> destination)
    {
        destination.Clear();
        if (destination.Length >= 4) BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)address);
        return address < 0x1000;
    }

    private static byte[] CreateCode()
    {
        byte[] code = new byte[0x100];
        Array.Fill(code, (byte)0x90);
        code[0x10] = 0xcc;
        code[0x11] = 0xc3;
        byte[] routine = [0x48, 0x83, 0xec, 0x28, 0x33, 0xc9, 0x48, 0x8b, 0xc1, 0x48, 0x83, 0xc4, 0x28, 0xc3];
        routine.CopyTo(code, 0x20);
        return code;
    }
}
