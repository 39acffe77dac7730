using System.Globalization;
using System.Text;

namespace NetKd.Symbols.Names.Decoration;

/// <summary>String literals: <c>??_C@_05CJBACGMB@hello?$AA@</c>.</summary>
internal sealed partial class DecoratedName
{
    // Characters that no symbol may hold, by the digit that stands for them.
    private const string DigitCharacters = ",/\\:. \n\t'-";

    // Compilers keep the first 32 bytes of a literal.
    private const int MaxKept = 32;

    // @_, the kind, the length in bytes, a checksum and the bytes.
    private string ReadStringLiteral()
    {
        Expect("@_");
        char kind = Next();
        if (kind is not ('0' or '1')) return Fail();
        long length = ReadNumber();
        Until('@');
        List<byte> bytes = [];
        while (!_failed && !TryTake('@')) bytes.Add(ReadLiteralByte());
        if (_failed || length <= 0) return Fail();
        if (NameOnly) return "`string'";
        bool isCut = length > bytes.Count;
        int width = kind == '1' ? 2 : GuessWidth(bytes, length, isCut);
        string prefix = kind == '1' ? "L" : width switch { 2 => "u", 4 => "U", _ => "" };
        return $"{prefix}\"{Escape(bytes, width, kind == '1', isCut)}\"{(isCut ? "..." : "")}";
    }

    private byte ReadLiteralByte()
    {
        char character = Next();
        if (character != '?') return (byte)character;
        char code = Next();
        if (code == '$') return (byte)(Nibble() << 4 | Nibble());
        if (char.IsAsciiDigit(code)) return (byte)DigitCharacters[code - '0'];
        if (char.IsAsciiLetter(code)) return (byte)(code + 0x80);
        _failed = true;
        return 0;
    }

    private int Nibble()
    {
        char code = Next();
        if (code is >= 'A' and <= 'P') return code - 'A';
        _failed = true;
        return 0;
    }

    // Literals of one, two and four bytes a character are decorated alike: zeros tell them apart.
    private static int GuessWidth(List<byte> bytes, long length, bool isCut)
    {
        if (length % 2 != 0 || bytes.Count == 0) return 1;
        if (!isCut && length < MaxKept)
        {
            int trailing = 0;
            while (trailing < bytes.Count && bytes[^(trailing + 1)] == 0) trailing++;
            return trailing >= 4 && length % 4 == 0 ? 4 : trailing >= 2 ? 2 : 1;
        }

        int zeros = bytes.Count(b => b == 0);
        return zeros >= 2 * bytes.Count / 3 && length % 4 == 0 ? 4 : zeros >= bytes.Count / 3 ? 2 : 1;
    }

    private static string Escape(List<byte> bytes, int width, bool isBigEndian, bool isCut)
    {
        StringBuilder text = new();
        int count = bytes.Count / width;
        // The zero that ends the literal is not a part of its text.
        if (!isCut) count--;
        for (int i = 0; i < count; i++)
        {
            uint character = 0;
            for (int j = 0; j < width; j++) character |= (uint)bytes[i * width + j] << 8 * (isBigEndian ? width - 1 - j : j);
            text.Append(character switch
            {
                '\0' => "\\0",
                '\'' => "\\'",
                '"' => "\\\"",
                '\\' => "\\\\",
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                > 0x1f and < 0x7f => ((char)character).ToString(),
                _ => "\\x" + character.ToString("X2", CultureInfo.InvariantCulture),
            });
        }

        return text.ToString();
    }
}
