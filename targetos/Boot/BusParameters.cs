namespace NetKd.TargetOs.Boot;

/// <summary>Where the adapter to debug over is: <c>bus.device.function</c> in decimal, with segment 0 in front or not.</summary>
internal struct BusParameters
{
    public byte Bus, Device, Function;

    public bool IsGiven;

    /// <summary>Reads the text of the element busparams.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out BusParameters parameters)
    {
        parameters = default;
        Span<uint> parts = stackalloc uint[4];
        int count = 0;
        while (true)
        {
            if (count == 4) return false;
            int dot = text.IndexOf((byte)'.');
            if (!DecimalText.TryRead(dot < 0 ? text : text.Slice(0, dot), 255, out parts[count++])) return false;
            if (dot < 0) break;
            text = text.Slice(dot + 1);
        }

        if (count < 3 || (count == 4 && parts[0] != 0)) return false;
        uint device = parts[count - 2], function = parts[count - 1];
        if (device > 31 || function > 7) return false;
        parameters.Bus = (byte)parts[count - 3];
        parameters.Device = (byte)device;
        parameters.Function = (byte)function;
        parameters.IsGiven = true;
        return true;
    }
}
