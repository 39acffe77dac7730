using System.Text;

namespace NetKd.Commands.Text;

/// <summary>Lines of <c>da</c> and <c>du</c>: 32 characters each, in quotes (facts: kd-transcript, da and du).</summary>
public static class StringText
{
    /// <summary>Characters in a line.</summary>
    public const int LineLength = 32;

    /// <summary>
    /// The lines of a string of one-byte or two-byte characters that ends at a zero, at <paramref name="maxCharacters"/>, or where
    /// memory cannot be read. A string that ends exactly at the end of a line has an empty line after it, as kd prints it.
    /// </summary>
    public static IEnumerable<string> Lines(ulong address, ReadOnlyMemory<byte> bytes, int maxCharacters, int characterSize, int pointerSize = 8)
    {
        for (int first = 0; first < maxCharacters; first += LineLength)
        {
            StringBuilder line = new();
            bool ends = false;
            for (int i = first; i < Math.Min(first + LineLength, maxCharacters) && !ends; i++)
            {
                int offset = i * characterSize;
                if (offset + characterSize > bytes.Length)
                {
                    // Nothing readable at all is a line of question marks, as in the displays of numbers.
                    line.Append('?', i == 0 ? LineLength : 1);
                    ends = true;
                    break;
                }

                ReadOnlySpan<byte> character = bytes.Span.Slice(offset, characterSize);
                ends = character.IndexOfAnyExcept((byte)0) < 0;
                if (!ends) line.Append(Display(character));
            }

            yield return $"{AddressText.Format(unchecked(address + (ulong)(first * characterSize)), pointerSize)}  \"{line}\"";
            if (ends) yield break;
        }
    }

    /// <summary>The characters up to the first zero, for messages.</summary>
    public static string UntilZero(ReadOnlySpan<byte> bytes, int characterSize)
    {
        StringBuilder text = new();
        for (int offset = 0; offset + characterSize <= bytes.Length; offset += characterSize)
        {
            ReadOnlySpan<byte> character = bytes.Slice(offset, characterSize);
            if (character.IndexOfAnyExcept((byte)0) < 0) break;
            text.Append(Display(character));
        }

        return text.ToString();
    }

    /// <summary>A text with its control characters, line ends and tabs excepted, replaced by dots.</summary>
    public static string WithoutControls(string text) =>
        string.Create(text.Length, text, (result, source) =>
        {
            for (int i = 0; i < source.Length; i++)
            {
                bool harmless = !char.IsControl(source[i]) || source[i] is '\n' or '\t' or '\r';
                result[i] = harmless ? source[i] : '.';
            }
        });

    // Text of the target is hostile: control characters would reach the user's terminal as escape sequences.
    private static char Display(ReadOnlySpan<byte> character)
    {
        if (character.Length == 1) return MemoryText.Printable(character[0]);
        char c = (char)(character[0] | character[1] << 8);
        return char.IsControl(c) ? '.' : c is < '\u0250' ? c : '?';
    }
}
