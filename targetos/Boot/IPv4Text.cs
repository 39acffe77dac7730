namespace NetKd.TargetOs.Boot;

/// <summary>The text of an IPv4 address: four decimal numbers joined with dots.</summary>
internal static class IPv4Text
{
    /// <summary>Reads an address into a number in host order.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        for (int part = 0; part < 4; part++)
        {
            int dot = text.IndexOf((byte)'.');
            if ((dot < 0) != (part == 3)) return false;
            if (!DecimalText.TryRead(dot < 0 ? text : text.Slice(0, dot), 255, out uint value)) return false;
            address = (address << 8) | value;
            text = dot < 0 ? default : text.Slice(dot + 1);
        }

        return true;
    }
}
