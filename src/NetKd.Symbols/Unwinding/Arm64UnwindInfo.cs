using System.Buffers.Binary;
using NetKd.Symbols.Images;

namespace NetKd.Symbols.Unwinding;

/// <summary>The unwind data of one arm64 function or of a part of one: packed into its entry, or an .xdata record (ARM64 exception handling).</summary>
public sealed class Arm64UnwindInfo
{
    private const int MaxScopes = 4096;

    private readonly bool _isWhole;

    private Arm64UnwindInfo(uint length, bool isWhole, Arm64UnwindCode[] codes, IReadOnlyList<Arm64Epilogue> epilogues)
    {
        FunctionLength = length;
        _isWhole = isWhole;
        Codes = codes;
        Epilogues = epilogues;
    }

    /// <summary>Length of the function, or of this part of it, in bytes.</summary>
    public uint FunctionLength { get; }

    /// <summary>The codes of the prologue, its last instruction first; the last is <see cref="Arm64UnwindOperation.End"/>.</summary>
    public IReadOnlyList<Arm64UnwindCode> Codes { get; }

    /// <summary>The epilogues, in the order of their code.</summary>
    public IReadOnlyList<Arm64Epilogue> Epilogues { get; }

    /// <summary>Reads an entry's unwind data. Null when it cannot be read or breaks the format.</summary>
    public static Arm64UnwindInfo? Read(IAddressReader image, ulong imageBase, FunctionEntry function)
    {
        ArgumentNullException.ThrowIfNull(image);
        return (function.UnwindInfo & 3) switch
        {
            0 => ReadRecord(image, imageBase + function.UnwindInfo),
            3 => null,
            _ => Unpack(function.UnwindInfo),
        };
    }

    /// <summary>The codes that are still to be undone with the program counter at an offset from the function's begin.</summary>
    public IEnumerable<Arm64UnwindCode> Remaining(uint offset)
    {
        if (_isWhole)
        {
            int prologue = Codes.TakeWhile(code => code.Operation is not (Arm64UnwindOperation.End or Arm64UnwindOperation.EndPart)).Sum(code => code.Instructions);
            if (offset < (uint)prologue * 4) return Skip(Codes, prologue - (int)(offset / 4));
        }

        return FindEpilogue(offset) is { } epilogue ? Skip(epilogue.Codes, (int)((offset - epilogue.Offset) / 4)) : Codes;
    }

    /// <summary>True for an offset from the function's begin that lies within an epilogue.</summary>
    public bool IsEpilogue(uint offset) => FindEpilogue(offset) is not null;

    private Arm64Epilogue? FindEpilogue(uint offset) => Epilogues.FirstOrDefault(epilogue => epilogue.Holds(offset));

    private static IEnumerable<Arm64UnwindCode> Skip(IReadOnlyList<Arm64UnwindCode> codes, int instructions)
    {
        int index = 0;
        for (; index < codes.Count && instructions > 0; index++) instructions -= codes[index].Instructions;
        return codes.Skip(index);
    }

    private static Arm64UnwindInfo Unpack(uint packed)
    {
        Arm64UnwindCode[] codes = Arm64PackedData.Expand(packed);
        uint length = Arm64PackedData.FunctionLength(packed);
        if (Arm64PackedData.IsFragment(packed)) return new Arm64UnwindInfo(length, false, codes, []);
        Arm64UnwindCode[] epilogue = [.. codes.Where(code => code.IsInEpilogue)];
        uint bytes = (uint)epilogue.Length * 4;
        return new Arm64UnwindInfo(length, true, codes, bytes <= length ? [new Arm64Epilogue(length - bytes, epilogue)] : []);
    }

    private static Arm64UnwindInfo? ReadRecord(IAddressReader image, ulong at)
    {
        Span<byte> header = stackalloc byte[8];
        if (image.Read(at, header[..4]) != 4) return null;
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if ((word >> 18 & 3) != 0) return null;
        bool single = (word >> 21 & 1) != 0;
        uint scopes = word >> 22 & 0x1F, codeWords = word >> 27;
        at += 4;
        if (scopes == 0 && codeWords == 0)
        {
            if (image.Read(at, header[..4]) != 4) return null;
            uint extended = BinaryPrimitives.ReadUInt32LittleEndian(header);
            scopes = extended & 0xFFFF;
            codeWords = extended >> 16 & 0xFF;
            at += 4;
        }

        if (scopes > MaxScopes) return null;
        byte[] bytes = new byte[(single ? 0 : scopes * 4) + codeWords * 4];
        if (image.Read(at, bytes) != bytes.Length) return null;
        ReadOnlySpan<byte> codes = bytes.AsSpan(single ? 0 : (int)scopes * 4);
        uint length = (word & 0x3FFFF) * 4;
        if (Arm64CodeReader.Read(codes) is not { } prologue) return null;
        List<Arm64Epilogue> epilogues = [];
        if (single)
        {
            // One epilogue, at the function's end; the count is the index of its first code.
            if (scopes >= codes.Length || Arm64CodeReader.Read(codes[(int)scopes..]) is not { } last) return null;
            uint size = Arm64Epilogue.LengthOf(last);
            if (size <= length) epilogues.Add(new Arm64Epilogue(length - size, last));
        }

        for (int i = 0; !single && i < scopes; i++)
        {
            uint scope = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 * i));
            int index = (int)(scope >> 22);
            if (index >= codes.Length || Arm64CodeReader.Read(codes[index..]) is not { } epilogue) return null;
            epilogues.Add(new Arm64Epilogue((scope & 0x3FFFF) * 4, epilogue));
        }

        return new Arm64UnwindInfo(length, true, prologue, epilogues);
    }
}

/// <summary>One epilogue.</summary>
/// <param name="Offset">Where it begins, in bytes from the function's begin.</param>
/// <param name="Codes">What its instructions undo, first to last; the end is its return.</param>
public sealed record Arm64Epilogue(uint Offset, IReadOnlyList<Arm64UnwindCode> Codes)
{
    /// <summary>How many bytes its instructions take.</summary>
    public uint Length { get; } = LengthOf(Codes);

    /// <summary>True for an offset from the function's begin that lies within.</summary>
    public bool Holds(uint offset) => unchecked(offset - Offset) < Length;

    /// <summary>How many bytes of instructions codes stand for.</summary>
    internal static uint LengthOf(IReadOnlyList<Arm64UnwindCode> codes) => (uint)codes.Sum(code => code.Instructions) * 4;
}
