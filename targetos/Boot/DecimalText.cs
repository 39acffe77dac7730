namespace NetKd.TargetOs.Boot;

/// <summary>Decimal numbers in settings.</summary>
internal static class DecimalText
{
    private const int MaxDigits = 9;

    /// <summary>Reads a number of digits alone, up to a maximum.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, uint maximum, out uint value)
    {
        value = 0;
        if (text.Length is 0 or > MaxDigits) return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] < '0' || text[i] > '9') return false;
            value = (value * 10) + text[i] - '0';
        }

        return value <= maximum;
    }
}
