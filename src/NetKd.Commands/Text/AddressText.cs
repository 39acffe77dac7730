namespace NetKd.Commands.Text;

/// <summary>
/// Addresses as kd prints them: <c>fffff803`12201010</c>, with the back quote between the halves, and <c>80401010</c> for those of 32-bit targets, which are
/// sign-extended (facts: kdnet-wire, appendix B).
/// </summary>
public static class AddressText
{
    /// <summary>A value in two halves, or with a pointer size of 4 in one, where it is no longer.</summary>
    public static string Format(ulong value, int pointerSize = 8) =>
        pointerSize == 4 && (value >> 32 == 0 || unchecked((long)value == (int)value)) ? $"{(uint)value:x8}" : $"{value >> 32:x8}`{(uint)value:x8}";
}
