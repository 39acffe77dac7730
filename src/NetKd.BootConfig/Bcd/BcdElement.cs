namespace NetKd.BootConfig.Bcd;

/// <summary>
/// A known element: its type, its name in the bcdedit language, and how its number is written.
/// </summary>
/// <param name="Type">Class, format and subtype in one word.</param>
/// <param name="Name">The friendly name.</param>
/// <param name="Kind">The objects on which it has this name; <see cref="BcdObjectKind.Any"/> for all.</param>
/// <param name="Names">For an enumeration: the names of its numbers.</param>
/// <param name="Notation">How other numbers are shown.</param>
public sealed record BcdElement(uint Type, string Name, BcdObjectKind Kind, BcdNames? Names = null, BcdNotation Notation = BcdNotation.Hexadecimal)
{
    /// <summary>How its data is stored.</summary>
    public BcdElementFormat Format => FormatOf(Type);

    /// <summary>Whether Secure Boot and BitLocker check it (facts: kernel-debugging-docs, C.8).</summary>
    public bool IsGuarded => Type is 0x11000001 or 0x12000002 or 0x12000030 or 0x16000010 or 0x16000040 or 0x16000041 or 0x16000048 or 0x16000049
        or 0x16000060 or 0x16000079 or 0x1600007B or 0x22000002 or 0x22000011 or 0x22000012 or 0x25000020 or 0x26000022 or 0x26000025 or 0x260000A0 or 0x260000F2
        || Type == 0x26000006 && Kind == BcdObjectKind.Resume;

    /// <summary>The format in a type word.</summary>
    public static BcdElementFormat FormatOf(uint type) => (BcdElementFormat)(type >> 24 & 0xF);
}
