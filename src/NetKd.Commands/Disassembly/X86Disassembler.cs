using Iced.Intel;
using NetKd.Commands.Text;

namespace NetKd.Commands.Disassembly;

/// <summary>amd64 and x86 instructions as kd prints them: <c>fffff803`12201010 cc              int     3</c> (facts: kd-transcript, u).</summary>
public sealed class X86Disassembler : Disassembler
{
    /// <summary>The most bytes of one instruction (SDM 2A, 2.3.11).</summary>
    internal const int LongestInstruction = 15;

    private readonly MasmFormatter _formatter;
    private readonly int _bitness;

    /// <summary>A disassembler that names addresses by <paramref name="describe"/>: a symbol with displacement, or null.</summary>
    public X86Disassembler(Func<ulong, string?>? describe = null, int bitness = 64)
    {
        _bitness = bitness;
        _formatter = new MasmFormatter(new FormatterOptions
        {
            FirstOperandCharIndex = 8,
            SpaceAfterOperandSeparator = false,
            HexSuffix = "h",
            UppercaseHex = true,
            AddLeadingZeroToHexNumbers = true,
            SmallHexNumbersInDecimal = true,
            MemorySizeOptions = MemorySizeOptions.Always,
            ShowBranchSize = false,
            RipRelativeAddresses = false,
            SignedImmediateOperands = false,
            ShowSymbolAddress = false,
        }, new AddressNames(describe, bitness));
    }

    /// <inheritdoc/>
    public override int MaxInstructionLength => LongestInstruction;

    /// <inheritdoc/>
    public override DisassembledLine? DecodeOne(ulong address, ReadOnlySpan<byte> bytes)
    {
        byte[] code = bytes[..Math.Min(bytes.Length, MaxInstructionLength)].ToArray();
        Decoder decoder = Decoder.Create(_bitness, code, address);
        decoder.Decode(out Instruction instruction);
        if (decoder.LastError == DecoderError.NoMoreBytes && bytes.Length < MaxInstructionLength) return null;

        int length = instruction.IsInvalid ? 1 : instruction.Length;
        string hexadecimal = Convert.ToHexStringLower(code.AsSpan(0, length));
        bool branches = instruction.Op0Kind is OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64;
        return new DisassembledLine(
            address, length, $"{AddressText.Format(address, _bitness / 8)} {hexadecimal.PadRight(BytesWidth)}", Text(instruction), instruction.FlowControl, branches ? Extend(instruction.NearBranchTarget, _bitness) : null)
        {
            Repeats = instruction.HasRepPrefix || instruction.HasRepnePrefix,
            Instruction = instruction,
        };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ulong> FindBackwards(ulong end, ReadOnlySpan<byte> bytes, int count, ulong? knownStart) => BackwardScan.Find(end, bytes, count, knownStart, _bitness);

    // The addresses of 32-bit machines are sign-extended (facts: kdnet-wire, appendix B).
    private static ulong Extend(ulong address, int bitness) => bitness == 32 ? unchecked((ulong)(int)(uint)address) : address;

    private string Text(in Instruction instruction)
    {
        if (instruction.IsInvalid) return "???";
        StringOutput output = new();
        _formatter.Format(instruction, output);
        return output.ToString();
    }

    // What 32-bit code has where 64-bit code is relative to rip. Behind fs and gs it is an offset.
    private static bool IsAbsolute(in Instruction instruction, OpKind kind) =>
        kind == OpKind.Memory && instruction is { MemoryBase: Register.None, MemoryIndex: Register.None, CodeSize: CodeSize.Code32 } && instruction.MemorySegment is not (Register.FS or Register.GS);

    // Only places in code and data are named. An immediate that happens to look like an address stays a number, as in kd.
    private sealed class AddressNames(Func<ulong, string?>? describe, int bitness) : ISymbolResolver
    {
        public bool TryGetSymbol(
            in Instruction instruction, int operand, int instructionOperand, ulong address, int addressSize, out SymbolResult symbol)
        {
            symbol = default;
            if (instructionOperand < 0) return false;
            OpKind kind = instruction.GetOpKind(instructionOperand);
            bool branch = kind is OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64;
            bool ripRelative = kind == OpKind.Memory && instruction.IsIPRelativeMemoryOperand;
            if (!branch && !ripRelative && !IsAbsolute(instruction, kind)) return false;
            string plain = AddressText.Format(address, bitness / 8);
            string? name = describe?.Invoke(Extend(address, bitness));
            symbol = new SymbolResult(address, name is null ? plain : $"{name} ({plain})");
            return true;
        }
    }
}
