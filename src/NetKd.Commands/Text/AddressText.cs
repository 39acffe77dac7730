namespace NetKd.Commands.Text;

/// <summary>Addresses and 64-bit values with the back quote between their halves: <c>fffff803`12201010</c>.</summary>
public static class AddressText
{
    /// <summary>A 64-bit value in two halves.</summary>
    public static string Format(ulong value) => $"{value >> 32:x8}`{(uint)value:x8}";
}
