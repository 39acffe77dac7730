namespace NetKd.BootConfig.Bcd;

/// <summary>All known elements, by name and by type. One number or name can mean different things on different objects.</summary>
public static class BcdElements
{
    private static readonly BcdElement[] s_all = [.. LibraryElements.All, .. LoaderElements.All, .. ApplicationElements.All];

    private static readonly ILookup<string, BcdElement> s_byName = s_all.ToLookup(element => element.Name, StringComparer.OrdinalIgnoreCase);

    private static readonly ILookup<uint, BcdElement> s_byType = s_all.ToLookup(element => element.Type);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BcdElement> All => s_all;

    /// <summary>The element of this name on objects of a kind, or null. Settings objects take the names of loaders too.</summary>
    public static BcdElement? ByName(string name, BcdObjectKind kind)
    {
        if (name.StartsWith("custom:", StringComparison.OrdinalIgnoreCase)) return Custom(name["custom:".Length..], kind);
        return Pick(s_byName[name], kind);
    }

    /// <summary>The element of this type on objects of a kind; one without a name of its own is called <c>custom:XXXXXXXX</c>.</summary>
    public static BcdElement ByType(uint type, BcdObjectKind kind) =>
        Pick(s_byType[type], kind) ?? new BcdElement(type, $"custom:{type:x8}", kind);

    private static BcdElement? Custom(string digits, BcdObjectKind kind)
    {
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        bool isType = uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint type)
            && type >> 28 is >= 1 and <= 5 && (type >> 24 & 0xF) is >= 1 and <= 7;
        return isType ? ByType(type, kind) : null;
    }

    private static BcdElement? Pick(IEnumerable<BcdElement> candidates, BcdObjectKind kind)
    {
        BcdElement[] found = [.. candidates];
        return found.FirstOrDefault(element => element.Kind == kind)
            ?? found.FirstOrDefault(element => element.Kind == BcdObjectKind.Any)
            ?? (kind == BcdObjectKind.Any ? found.FirstOrDefault() : null);
    }
}
