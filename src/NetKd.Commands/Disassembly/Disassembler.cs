using NetKd.Commands.Text;

namespace NetKd.Commands.Disassembly;

/// <summary>Machine code as text, in kd's layout: what differs from one architecture to the other. Instances are used by one thread.</summary>
public abstract class Disassembler
{
    /// <summary>Columns for the bytes; a longer instruction pushes its text to the right by what it needs.</summary>
    protected const int BytesWidth = 15;

    /// <summary>The most bytes of one instruction.</summary>
    public abstract int MaxInstructionLength { get; }

    /// <summary>The one for a machine, which names addresses by <paramref name="describe"/>: a symbol with displacement, or null.</summary>
    public static Disassembler For(ushort machine, Func<ulong, string?>? describe) => machine switch
    {
        ContextLayout.MachineArm64 => new Arm64Disassembler(describe),
        ContextLayout.MachineX86 => new X86Disassembler(describe, 32),
        _ => new X86Disassembler(describe),
    };

    /// <summary>The instructions from an address on, as many as are whole in the bytes, at most <paramref name="maxCount"/>.</summary>
    public IReadOnlyList<DisassembledLine> Decode(ulong address, ReadOnlyMemory<byte> bytes, int maxCount)
    {
        List<DisassembledLine> lines = [];
        while (lines.Count < maxCount && bytes.Length > 0)
        {
            if (DecodeOne(address, bytes.Span) is not { } line) break;
            lines.Add(line);
            bytes = bytes[line.Length..];
            address = line.Next;
        }

        return lines;
    }

    /// <summary>The instruction at the start of the bytes, or null when the bytes end inside it.</summary>
    public abstract DisassembledLine? DecodeOne(ulong address, ReadOnlySpan<byte> bytes);

    /// <summary>The start addresses of the last <paramref name="count"/> instructions that end at an address, of which <paramref name="bytes"/> come before.</summary>
    /// <param name="end">Where the last one ends.</param>
    /// <param name="bytes">The bytes before that.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="knownStart">An address where an instruction certainly starts (a function), or null.</param>
    public abstract IReadOnlyList<ulong> FindBackwards(ulong end, ReadOnlySpan<byte> bytes, int count, ulong? knownStart);

    /// <summary>The line for an address that cannot be read.</summary>
    public static string Unreadable(ulong address, int pointerSize = 8) => $"{AddressText.Format(address, pointerSize)} {"??".PadRight(BytesWidth)} ???";
}
