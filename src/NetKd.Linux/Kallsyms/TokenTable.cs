using System.Buffers.Binary;
using NetKd.Symbols;

namespace NetKd.Linux.Kallsyms;

/// <summary>
/// The 256 pieces of text that a kernel's compressed names are made of. In memory they stand one behind the other, each with a NUL, and behind them,
/// aligned, 256 numbers of 16 bits tell where each begins (kernel source: the output of scripts/kallsyms). The digits stand for themselves, which is
/// how the table is found.
/// </summary>
internal sealed class TokenTable
{
    private const int Tokens = 256;
    private const int IndexSize = 2 * Tokens;
    private const int MaxSize = 16 * 1024;

    // A kernel has one; a memory that is made to be slow has any number.
    private const int MaxCandidates = 256;
    private static readonly byte[] s_digits = "0\01\02\03\04\05\06\07\08\09\0"u8.ToArray();

    private readonly byte[] _text;
    private readonly ushort[] _starts;

    private TokenTable(ulong start, ulong indexStart, byte[] text, ushort[] starts)
    {
        Start = start;
        End = indexStart + IndexSize;
        _text = text;
        _starts = starts;
    }

    /// <summary>Address of the first piece.</summary>
    public ulong Start { get; }

    /// <summary>Address behind the numbers.</summary>
    public ulong End { get; }

    /// <summary>The tables of a range of memory; a kernel has one.</summary>
    public static IEnumerable<TokenTable> Find(IAddressReader memory, ulong start, ulong size) =>
        MemoryScan.Find(memory, start, size, s_digits).Take(MaxCandidates).Select(digits => TryRead(memory, digits)).OfType<TokenTable>();

    /// <summary>A piece of text.</summary>
    public ReadOnlySpan<byte> this[byte token]
    {
        get
        {
            ReadOnlySpan<byte> rest = _text.AsSpan(_starts[token]);
            int end = rest.IndexOf((byte)0);
            return end < 0 ? rest : rest[..end];
        }
    }

    private static TokenTable? TryRead(IAddressReader memory, ulong digits)
    {
        byte[] behind = new byte[MaxSize];
        int read = memory.Read(digits, behind);
        int end = 0;
        for (int token = '0'; token < Tokens; token++)
        {
            int length = behind.AsSpan(end, read - end).IndexOf((byte)0);
            if (length < 0) return null;
            end += length + 1;
        }

        // The numbers are aligned to a pointer's size, or more.
        ulong indexStart = (digits + (ulong)end + 3) & ~3UL;
        for (int pad = 0; pad < 16; pad += 4)
        {
            int at = (int)(indexStart - digits) + pad;
            if (at + IndexSize > read) return null;
            ushort[] starts = new ushort[Tokens];
            for (int i = 0; i < Tokens; i++) starts[i] = BinaryPrimitives.ReadUInt16LittleEndian(behind.AsSpan(at + 2 * i));
            if (starts[0] != 0 || starts['1'] - starts['0'] != 2 || starts['0'] > digits) continue;
            ulong start = digits - starts['0'];
            byte[] text = new byte[starts['0'] + end];
            if (memory.Read(start, text) != text.Length || !IsIndexOf(text, starts)) continue;
            return new TokenTable(start, indexStart + (ulong)pad, text, starts);
        }

        return null;
    }

    private static bool IsIndexOf(ReadOnlySpan<byte> text, ReadOnlySpan<ushort> starts)
    {
        for (int i = 1; i < Tokens; i++)
        {
            if (starts[i] <= starts[i - 1] || starts[i] >= text.Length || text[starts[i] - 1] != 0) return false;
        }

        return true;
    }
}
