namespace NetKd.BootConfig.Bcd;

/// <summary>How a number is shown. All notations are read for every element.</summary>
public enum BcdNotation
{
    /// <summary>With 0x before it.</summary>
    Hexadecimal,

    /// <summary>Decimal.</summary>
    Decimal,

    /// <summary>As an IPv4 address, first byte highest.</summary>
    IPv4,
}
