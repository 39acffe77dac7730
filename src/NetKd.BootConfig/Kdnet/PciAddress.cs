namespace NetKd.BootConfig.Kdnet;

/// <summary>Where a device sits on PCI.</summary>
/// <param name="Segment">The PCI segment group, which Linux calls the domain. Bus parameters reach 0 to 65535.</param>
/// <param name="Bus">0 to 255.</param>
/// <param name="Device">0 to 31.</param>
/// <param name="Function">0 to 7.</param>
public readonly record struct PciAddress(uint Segment, byte Bus, byte Device, byte Function) : IComparable<PciAddress>
{
    private const int MostSegmentDigits = 8;
    private const int MostDevice = 31;
    private const int MostFunction = 7;

    /// <summary>The bus parameters of a boot store: decimal, with the segment only where it is not 0 (facts: kernel-debugging-docs, C.2).</summary>
    public string BusParameters => Segment == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Bus}.{Device}.{Function}")
        : string.Create(CultureInfo.InvariantCulture, $"{Segment}.{Bus}.{Device}.{Function}");

    /// <summary>Reads the form of Linux and of lspci: hexadecimal <c>SSSS:BB:DD.F</c>, or <c>BB:DD.F</c> in segment 0.</summary>
    public static bool TryParseLinux(ReadOnlySpan<char> text, out PciAddress address)
    {
        address = default;
        uint segment = 0;
        if (text.Count(':') == 2)
        {
            int end = text.IndexOf(':');
            if (end > MostSegmentDigits || !TryHex(text[..end], out segment)) return false;
            text = text[(end + 1)..];
        }

        if (text.Length != 7 || text[2] != ':' || text[5] != '.') return false;
        if (!TryHex(text[..2], out uint bus) || !TryHex(text[3..5], out uint device) || !TryHex(text[6..], out uint function)) return false;
        return TryCreate(segment, bus, device, function, out address);
    }

    /// <summary>Reads bus parameters: decimal <c>B.D.F</c> or <c>S.B.D.F</c>.</summary>
    public static bool TryParseBusParameters(string text, out PciAddress address)
    {
        address = default;
        string[] parts = text.Split('.');
        if (parts.Length is not (3 or 4)) return false;
        Span<uint> numbers = stackalloc uint[4];
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length > 5 || !uint.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i + 4 - parts.Length])) return false;
        }

        return numbers[0] <= ushort.MaxValue && TryCreate(numbers[0], numbers[1], numbers[2], numbers[3], out address);
    }

    /// <summary>An address of numbers from outside, when they are within their bounds.</summary>
    public static bool TryCreate(uint segment, uint bus, uint device, uint function, out PciAddress address)
    {
        bool isValid = bus <= byte.MaxValue && device <= MostDevice && function <= MostFunction;
        address = isValid ? new PciAddress(segment, (byte)bus, (byte)device, (byte)function) : default;
        return isValid;
    }

    /// <inheritdoc/>
    public int CompareTo(PciAddress other) => (Segment, Bus, Device, Function).CompareTo((other.Segment, other.Bus, other.Device, other.Function));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Segment:x4}:{Bus:x2}:{Device:x2}.{Function}");

    /// <inheritdoc/>
    public static bool operator <(PciAddress left, PciAddress right) => left.CompareTo(right) < 0;

    /// <inheritdoc/>
    public static bool operator >(PciAddress left, PciAddress right) => left.CompareTo(right) > 0;

    /// <inheritdoc/>
    public static bool operator <=(PciAddress left, PciAddress right) => left.CompareTo(right) <= 0;

    /// <inheritdoc/>
    public static bool operator >=(PciAddress left, PciAddress right) => left.CompareTo(right) >= 0;

    private static bool TryHex(ReadOnlySpan<char> text, out uint value) => uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
