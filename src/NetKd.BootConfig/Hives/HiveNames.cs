namespace NetKd.BootConfig.Hives;

/// <summary>Names as hives store them: one byte a character where all fit, UTF-16 otherwise; compared without letter case.</summary>
internal static class HiveNames
{
    /// <summary>Reads a stored name.</summary>
    public static string Read(ReadOnlySpan<byte> bytes, bool isCompressed) =>
        isCompressed ? Encoding.Latin1.GetString(bytes) : Encoding.Unicode.GetString(bytes);

    /// <summary>The bytes of a name and whether they are one a character.</summary>
    public static byte[] Write(string name, out bool isCompressed)
    {
        isCompressed = name.All(c => c <= 0xff);
        return isCompressed ? Encoding.Latin1.GetBytes(name) : Encoding.Unicode.GetBytes(name);
    }

    /// <summary>The order of subkeys: by UTF-16 units in upper case.</summary>
    public static int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        int common = Math.Min(left.Length, right.Length);
        for (int i = 0; i < common; i++)
        {
            int difference = char.ToUpperInvariant(left[i]) - char.ToUpperInvariant(right[i]);
            if (difference != 0) return difference;
        }

        return left.Length - right.Length;
    }

    /// <summary>The hash in a hash leaf.</summary>
    public static uint Hash(ReadOnlySpan<char> name)
    {
        uint hash = 0;
        foreach (char c in name) hash = unchecked(37 * hash + char.ToUpperInvariant(c));
        return hash;
    }

    /// <summary>The hint in a fast leaf: the first four characters, nothing when the name is not one byte a character.</summary>
    public static uint Hint(ReadOnlySpan<char> name)
    {
        uint hint = 0;
        for (int i = 0; i < Math.Min(4, name.Length); i++)
        {
            if (name[i] > 0xff) return 0;
            hint |= (uint)name[i] << (8 * i);
        }

        return hint;
    }
}
