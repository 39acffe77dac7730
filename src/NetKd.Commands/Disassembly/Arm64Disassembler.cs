using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using Gee.External.Capstone;
using Gee.External.Capstone.Arm64;
using Iced.Intel;
using NetKd.Commands.Text;
using NetKd.Engine.Stepping;

namespace NetKd.Commands.Disassembly;

/// <summary>
/// arm64 instructions by Capstone, in the layout of Microsoft's debuggers: the word, the name, operands without blanks, fp and lr for x29 and x30.
/// </summary>
public sealed partial class Arm64Disassembler(Func<ulong, string?>? describe = null) : Disassembler
{
    private const int InstructionLength = 4;
    private const int NameWidth = 12;

    // The native library is loaded by the first instruction: debuggers of other machines never need it. Null on a system that it was not built for.
    private readonly Lazy<CapstoneArm64Disassembler?> _capstone = new(Open);

    /// <inheritdoc/>
    public override int MaxInstructionLength => InstructionLength;

    /// <inheritdoc/>
    public override DisassembledLine? DecodeOne(ulong address, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < InstructionLength) return null;
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        (FlowControl flow, ulong? target) = Arm64Flow.Of(address, word);
        string place = $"{AddressText.Format(address)} {word:x8}";
        return new DisassembledLine(address, InstructionLength, place, Text(address, bytes[..InstructionLength].ToArray(), target), flow, target);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ulong> FindBackwards(ulong end, ReadOnlySpan<byte> bytes, int count, ulong? knownStart)
    {
        int found = Math.Min(count, bytes.Length / InstructionLength);
        return [.. Enumerable.Range(1, found).Select(i => unchecked(end - (ulong)((found + 1 - i) * InstructionLength)))];
    }

    private string Text(ulong address, byte[] bytes, ulong? target)
    {
        if (_capstone.Value is not { } capstone) return "??? (no library for arm64 instructions on this system)";
        if (capstone.Disassemble(bytes, unchecked((long)address)) is not [{ } instruction, ..]) return "???";
        string operands = Registers().Replace(instruction.Operand.Replace(", ", ",", StringComparison.Ordinal), match => match.Value == "x29" ? "fp" : "lr");
        operands = Numbers().Replace(operands, match => "0x" + match.Groups[1].Value.ToUpperInvariant());
        // Adrp and adr name an address as branches do; all have it last.
        target ??= instruction.Mnemonic is "adr" or "adrp" ? LastNumber(operands) : null;
        if (target is { } named && operands.LastIndexOf('#') is >= 0 and int mark)
        {
            string plain = AddressText.Format(named);
            operands = operands[..mark] + (describe?.Invoke(named) is { } symbol ? $"{symbol} ({plain})" : plain);
        }

        // beq where Arm's own assembler has b.eq.
        string name = instruction.Mnemonic.Replace(".", "", StringComparison.Ordinal);
        return operands.Length == 0 ? name : $"{name.PadRight(NameWidth - 1)} {operands}";
    }

    private static CapstoneArm64Disassembler? Open()
    {
        try
        {
            return CapstoneDisassembler.CreateArm64Disassembler(Arm64DisassembleMode.LittleEndian);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or TypeInitializationException)
        {
            return null;
        }
    }

    private static ulong? LastNumber(string operands)
    {
        int mark = operands.LastIndexOf("#0x", StringComparison.Ordinal);
        return mark >= 0 && ulong.TryParse(operands.AsSpan(mark + 3), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong value) ? value : null;
    }

    [GeneratedRegex(@"\b(?:x29|x30)\b")]
    private static partial Regex Registers();

    [GeneratedRegex(@"0x([0-9a-f]+)")]
    private static partial Regex Numbers();
}
