using System.Buffers.Binary;

namespace NetKd.Commands.Registers;

/// <summary>How one register is written: <c>r xmm0:ud</c> (facts: kernel-debugging-docs, D.3).</summary>
internal sealed class RegisterFormat
{
    private readonly int _elementSize;
    private readonly char _kind;

    private RegisterFormat(int elementSize, char kind)
    {
        _elementSize = elementSize;
        _kind = kind;
    }

    /// <summary>The type letters: ib ub iw uw id ud iq uq f d.</summary>
    public static RegisterFormat? Parse(string text) => text.ToLowerInvariant() switch
    {
        "ib" => new(1, 'i'), "ub" => new(1, 'u'), "iw" => new(2, 'i'), "uw" => new(2, 'u'),
        "id" => new(4, 'i'), "ud" => new(4, 'u'), "iq" => new(8, 'i'), "uq" => new(8, 'u'),
        "f" => new(4, 'f'), "d" => new(8, 'f'), _ => null,
    };

    /// <summary>Plain hexadecimal, or four floating-point numbers for 128 bits.</summary>
    public static RegisterFormat Default(int bits) => bits == 128 ? new(4, 'f') : new(0, 'x');

    /// <summary>The value, elements from the highest to the lowest.</summary>
    public string Format(RegisterValue value)
    {
        if (_kind == 'x') return Hexadecimal(value);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], value.High);
        int count = Math.Max(1, value.Bits / 8 / _elementSize);
        string[] elements = new string[count];
        for (int i = 0; i < count; i++) elements[count - 1 - i] = Element(bytes.Slice(i * _elementSize, _elementSize));
        return string.Join(' ', elements);
    }

    // 64 bits and more have all their digits, narrower registers only those they need (facts: kd-transcript, r rax and r eax).
    private static string Hexadecimal(RegisterValue value)
    {
        if (value.Bits < 64) return value.Low.ToString("x");
        string low = value.Low.ToString("x16");
        return value.Bits > 64 ? value.High.ToString("x").PadLeft((value.Bits - 64 + 3) / 4, '0') + low : low;
    }

    private string Element(ReadOnlySpan<byte> bytes)
    {
        if (_kind == 'f')
        {
            return NumberFormatsText.General(bytes.Length == 4
                ? BinaryPrimitives.ReadSingleLittleEndian(bytes)
                : BinaryPrimitives.ReadDoubleLittleEndian(bytes));
        }

        Span<byte> wide = stackalloc byte[8];
        wide.Fill(_kind == 'i' && (bytes[^1] & 0x80) != 0 ? (byte)0xff : (byte)0);
        bytes.CopyTo(wide);
        return _kind == 'i'
            ? BinaryPrimitives.ReadInt64LittleEndian(wide).ToString()
            : BinaryPrimitives.ReadUInt64LittleEndian(wide).ToString("x").PadLeft(bytes.Length * 2, '0');
    }
}
