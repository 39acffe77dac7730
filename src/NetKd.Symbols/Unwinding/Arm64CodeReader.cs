using System.Buffers.Binary;

namespace NetKd.Symbols.Unwinding;

/// <summary>Reads arm64 unwind codes from their bytes (ARM64 exception handling, "Unwind codes"): bits of a code that has several bytes come most significant first.</summary>
internal static class Arm64CodeReader
{
    private const int FramePointer = 29;
    private const int Link = 30;
    private const int FirstSaved = 19;
    private const int FirstSavedDouble = 8;

    /// <summary>Reads codes from an index up to the end code, which is the last. Null when a code is unknown or cut off, or there is no end.</summary>
    public static Arm64UnwindCode[]? Read(ReadOnlySpan<byte> bytes)
    {
        List<Arm64UnwindCode> codes = [];
        while (bytes.Length > 0)
        {
            int length = Length(bytes[0]);
            if (length == 0 || length > bytes.Length) return null;
            if (Decode(bytes) is not { } code) return null;
            codes.Add(code);
            if (code.Operation == Arm64UnwindOperation.End) return [.. codes];
            bytes = bytes[length..];
        }

        return null;
    }

    private static int Length(byte first) => first switch
    {
        < 0xC0 => 1,
        < 0xDF => 2,
        0xE0 => 4,
        0xE2 => 2,
        0xE7 => 3,
        0xDF or 0xEB or >= 0xED and < 0xFC or > 0xFC => 0,
        _ => 1,
    };

    private static Arm64UnwindCode? Decode(ReadOnlySpan<byte> bytes)
    {
        byte first = bytes[0];
        int two = bytes.Length > 1 ? first << 8 | bytes[1] : 0;
        return first switch
        {
            < 0x20 => Allocate((first & 0x1F) * 16),
            < 0x40 => Saved(FirstSaved, FirstSaved + 1, (first & 0x1F) * 8, moves: true),
            < 0x80 => Saved(FramePointer, Link, (first & 0x3F) * 8, moves: false),
            < 0xC0 => Saved(FramePointer, Link, (first & 0x3F) * 8 + 8, moves: true),
            < 0xC8 => Allocate((two & 0x7FF) * 16),
            < 0xCC => Pair(FirstSaved + (two >> 6 & 15), two, moves: false),
            < 0xD0 => Pair(FirstSaved + (two >> 6 & 15), two, moves: true),
            < 0xD4 => Saved(FirstSaved + (two >> 6 & 15), -1, (two & 0x3F) * 8, moves: false),
            < 0xD6 => Saved(FirstSaved + (two >> 5 & 15), -1, (two & 0x1F) * 8 + 8, moves: true),
            < 0xD8 => Saved(FirstSaved + 2 * (two >> 6 & 7), Link, (two & 0x3F) * 8, moves: false),
            < 0xDA => Doubles(two >> 6 & 7, pair: true, (two & 0x3F) * 8, moves: false),
            < 0xDC => Doubles(two >> 6 & 7, pair: true, (two & 0x3F) * 8 + 8, moves: true),
            < 0xDE => Doubles(two >> 6 & 7, pair: false, (two & 0x3F) * 8, moves: false),
            0xDE => Doubles(two >> 5 & 7, pair: false, (two & 0x1F) * 8 + 8, moves: true),
            0xE0 => Allocate((int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0xFF_FFFF) * 16),
            0xE1 => new Arm64UnwindCode(Arm64UnwindOperation.SetFrame),
            0xE2 => new Arm64UnwindCode(Arm64UnwindOperation.AddFrame, Value: bytes[1] * 8),
            0xE3 => new Arm64UnwindCode(Arm64UnwindOperation.Nop),
            0xE4 => new Arm64UnwindCode(Arm64UnwindOperation.End),
            0xE5 => new Arm64UnwindCode(Arm64UnwindOperation.EndPart),
            0xE6 => new Arm64UnwindCode(Arm64UnwindOperation.SaveNext),
            0xE7 => Any(bytes[1], bytes[2]),
            0xE8 => new Arm64UnwindCode(Arm64UnwindOperation.TrapFrame),
            0xE9 => new Arm64UnwindCode(Arm64UnwindOperation.MachineFrame),
            0xEA => new Arm64UnwindCode(Arm64UnwindOperation.Context),
            0xEC => new Arm64UnwindCode(Arm64UnwindOperation.ClearUnwoundToCall),
            0xFC => new Arm64UnwindCode(Arm64UnwindOperation.SignLink),
            _ => null,
        };
    }

    private static Arm64UnwindCode Allocate(int size) => new(Arm64UnwindOperation.Allocate, Value: size);

    private static Arm64UnwindCode? Saved(int first, int second, int value, bool moves) =>
        first > Link || second > Link ? null : new Arm64UnwindCode(Arm64UnwindOperation.SaveIntegers, first, second, value, moves);

    private static Arm64UnwindCode? Pair(int first, int two, bool moves) => Saved(first, first + 1, (two & 0x3F) * 8 + (moves ? 8 : 0), moves);

    private static Arm64UnwindCode Doubles(int index, bool pair, int value, bool moves) =>
        new(Arm64UnwindOperation.SaveDoubles, FirstSavedDouble + index, pair ? FirstSavedDouble + index + 1 : -1, value, moves);

    // save_any_reg: 0pxrrrrr, then two bits for the kind of register and six for the offset, in units of 16 when it moves the stack or
    // saves a pair or whole vectors.
    private static Arm64UnwindCode? Any(byte register, byte place)
    {
        bool pair = (register & 0x40) != 0, moves = (register & 0x20) != 0;
        int kind = place >> 6, first = register & 0x1F, second = pair ? first + 1 : -1;
        if ((register & 0x80) != 0 || kind == 3 || Math.Max(first, second) > (kind == 0 ? Link : 31)) return null;
        int unit = pair || moves || kind == 2 ? 16 : 8;
        int value = ((place & 0x3F) + (moves ? 1 : 0)) * unit;
        Arm64UnwindOperation operation = kind switch
        {
            0 => Arm64UnwindOperation.SaveIntegers,
            1 => Arm64UnwindOperation.SaveDoubles,
            _ => Arm64UnwindOperation.SaveVectors,
        };
        return new Arm64UnwindCode(operation, first, second, value, moves);
    }
}
