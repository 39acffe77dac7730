namespace NetKd.BootConfig.Bcd;

/// <summary>The names of an enumeration's numbers, from 0 up, in the letters in which bcdedit shows them.</summary>
public sealed class BcdNames(params string[] names)
{
    /// <summary>All names in the order of their numbers.</summary>
    public IReadOnlyList<string> All => names;

    /// <summary>The name of a number, or null.</summary>
    public string? NameOf(ulong value) => value < (ulong)names.Length ? names[value] : null;

    /// <summary>The number of a name in any letter case; numbers themselves are read too.</summary>
    public bool TryParse(string text, out ulong value)
    {
        int index = Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = (ulong)Math.Max(0, index);
        return index >= 0;
    }
}
