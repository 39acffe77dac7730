namespace NetKd.BootConfig.Hives;

/// <summary>A value of a key: a copy, with its data as stored.</summary>
public sealed record HiveValue(string Name, HiveValueType Type, byte[] Data)
{
    /// <summary>The data as one string, up to its closing zero.</summary>
    public string Text
    {
        get
        {
            string text = Encoding.Unicode.GetString(Data);
            int end = text.IndexOf('\0', StringComparison.Ordinal);
            return end < 0 ? text : text[..end];
        }
    }

    /// <summary>The data as a list of strings.</summary>
    public string[] Texts => Encoding.Unicode.GetString(Data).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The bytes of one string with its closing zero.</summary>
    public static byte[] FromText(string text) => Encoding.Unicode.GetBytes(text + "\0");

    /// <summary>The bytes of a list of strings.</summary>
    public static byte[] FromTexts(IEnumerable<string> texts) => Encoding.Unicode.GetBytes(string.Concat(texts.Select(t => t + "\0")) + "\0");
}
