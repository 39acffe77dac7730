using System.Text;

namespace NetKd.Symbols.Stores;

/// <summary>
/// What a store's file.ptr says: <c>PATH:</c> and where the file is, or <c>MSG:</c> and why there is none. Older stores have the path alone.
/// </summary>
/// <param name="Path">The file's full path; null when there is none.</param>
/// <param name="Reason">Why there is none.</param>
internal sealed record PointerFile(string? Path, string Reason)
{
    /// <summary>The most bytes of it that are looked at.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Understands its text.</summary>
    public static PointerFile Parse(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes.StartsWith("\xEF\xBB\xBF"u8) ? bytes[3..] : bytes);
        int end = text.AsSpan().IndexOfAny('\r', '\n', '\0');
        if (end >= 0) text = text[..end];
        text = text.Trim();
        if (text.Any(char.IsControl) || text.Contains('\uFFFD', StringComparison.Ordinal)) return new PointerFile(null, "The pointer is damaged: it holds no readable text.");
        if (text.StartsWith("MSG:", StringComparison.OrdinalIgnoreCase)) return new PointerFile(null, $"The store says: {text[4..].Trim()}");
        if (text.StartsWith("PATH:", StringComparison.OrdinalIgnoreCase)) text = text[5..].Trim();
        if (text.Length == 0) return new PointerFile(null, "The pointer names no file.");
        return System.IO.Path.IsPathFullyQualified(text)
            ? new PointerFile(text, "")
            : new PointerFile(null, $"The pointer names {text}, which is no full path on this system.");
    }
}
