using System.Globalization;
using System.Text;

namespace NetKd.Capture.Text;

/// <summary>Text of a target for a terminal: it can hold anything, escape sequences that rewrite the screen included.</summary>
internal static class SafeText
{
    /// <summary>The text with everything that is not a visible character or a space written as an escape.</summary>
    public static string Clean(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (char c in text)
        {
            if (c == '\n') result.Append("\\n");
            else if (c == '\r') result.Append("\\r");
            else if (c == '\t') result.Append("\\t");
            else if (IsVisible(c)) result.Append(c);
            else result.Append(c <= 0xFF ? $"\\x{(int)c:x2}" : $"\\u{(int)c:x4}");
        }

        return result.ToString();
    }

    private static bool IsVisible(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
