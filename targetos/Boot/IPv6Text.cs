namespace NetKd.TargetOs.Boot;

/// <summary>The text of an IPv6 address (RFC 4291, 2.2): groups, one <c>::</c>, an IPv4 tail; no zone.</summary>
internal static class IPv6Text
{
    /// <summary>The longest text: six groups and an IPv4 tail.</summary>
    public const int MaxLength = 45;

    private const int Groups = 8;

    /// <summary>Reads an address into its two halves, in network order.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong high, out ulong low)
    {
        high = 0;
        low = 0;
        Span<ushort> groups = stackalloc ushort[Groups];
        int count = 0, gap = -1;
        if (text.Length is < 2 or > MaxLength) return false;
        if (text[0] == ':')
        {
            if (text[1] != ':') return false;
            gap = 0;
            text = text.Slice(2);
        }

        while (text.Length != 0)
        {
            int colon = text.IndexOf((byte)':');
            ReadOnlySpan<byte> part = colon < 0 ? text : text.Slice(0, colon);
            if (colon < 0 && part.IndexOf((byte)'.') >= 0)
            {
                if (count > Groups - 2 || !IPv4Text.TryParse(part, out uint tail)) return false;
                groups[count++] = (ushort)(tail >> 16);
                groups[count++] = (ushort)tail;
                break;
            }

            if (count == Groups || !TryGroup(part, out groups[count++])) return false;
            if (colon < 0) break;
            text = text.Slice(colon + 1);
            if (text.Length == 0) return false;
            if (text[0] != ':') continue;
            if (gap >= 0) return false;
            gap = count;
            text = text.Slice(1);
        }

        if (gap < 0 ? count != Groups : count >= Groups) return false;
        for (int i = 0; i < Groups; i++)
        {
            int missing = Groups - count;
            ushort group = gap < 0 || i < gap ? groups[i] : i < gap + missing ? (ushort)0 : groups[i - missing];
            if (i < 4) high = (high << 16) | group;
            else low = (low << 16) | group;
        }

        return true;
    }

    private static bool TryGroup(ReadOnlySpan<byte> text, out ushort value)
    {
        value = 0;
        if (text.Length is 0 or > 4) return false;
        for (int i = 0; i < text.Length; i++)
        {
            int letter = text[i] | 0x20;
            int digit = text[i] is >= (byte)'0' and <= (byte)'9' ? text[i] - '0' : letter is >= 'a' and <= 'f' ? letter - 'a' + 10 : -1;
            if (digit < 0) return false;
            value = (ushort)((value << 4) | digit);
        }

        return true;
    }
}
