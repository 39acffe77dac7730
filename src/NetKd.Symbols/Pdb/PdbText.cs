using System.Text;

namespace NetKd.Symbols.Pdb;

/// <summary>
/// Names in a PDB: UTF-8, ended by a zero. They reach terminals, so control characters are shown as question marks; and they are bounded,
/// since a record has at most 64 KiB.
/// </summary>
internal static class PdbText
{
    /// <summary>The name at the start of some bytes, up to its zero or their end.</summary>
    public static string Read(ReadOnlySpan<byte> bytes) => Decode(Bytes(bytes));

    /// <summary>The bytes of the name at the start of some bytes, without its zero.</summary>
    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return end < 0 ? bytes : bytes[..end];
    }

    /// <summary>The text of a name's bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> name)
    {
        string text = Encoding.UTF8.GetString(name);
        return name.ContainsAnyInRange((byte)1, (byte)0x1f) || name.ContainsAny((byte)0, (byte)0x7f) ? Clean(text) : text;
    }

    private static string Clean(string text) => string.Create(text.Length, text, static (span, original) =>
    {
        for (int i = 0; i < span.Length; i++) span[i] = char.IsControl(original[i]) ? '?' : original[i];
    });
}
