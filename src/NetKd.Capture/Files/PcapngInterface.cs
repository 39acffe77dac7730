namespace NetKd.Capture.Files;

/// <summary>An interface of a pcapng section: what its frames begin with, and what its times count.</summary>
internal readonly record struct PcapngInterface(LinkType LinkType, uint SnapLength, byte Resolution, long OffsetSeconds)
{
    /// <summary>Bytes of an interface description without options.</summary>
    public const int MinBody = 8;

    private const ushort EndOption = 0;
    private const ushort ResolutionOption = 9;
    private const ushort TimeOffsetOption = 14;
    private const int OptionHeaderSize = 4;

    // Bit 7 clear: a negative power of 10; set: of 2. Without the option, microseconds.
    private const byte DefaultResolution = 6;
    private const byte PowerOfTwo = 0x80;
    private const long MaxOffsetSeconds = long.MaxValue / 1_000_000_000;

    /// <summary>Reads a description; what is wrong with it, or null.</summary>
    public static string? TryRead(CaptureStream order, ReadOnlySpan<byte> body, out PcapngInterface result)
    {
        LinkType type = (LinkType)order.UInt16(body);
        uint snapLength = order.UInt32(body[4..]);
        byte resolution = DefaultResolution;
        long seconds = 0;
        result = default;
        ReadOnlySpan<byte> options = body[MinBody..];
        while (options.Length >= OptionHeaderSize)
        {
            ushort code = order.UInt16(options);
            int length = order.UInt16(options[2..]);
            if (code == EndOption) break;
            if (length > options.Length - OptionHeaderSize) return "an option of an interface is longer than its block";
            ReadOnlySpan<byte> value = options.Slice(OptionHeaderSize, length);
            if (code == ResolutionOption && length >= 1) resolution = value[0];
            if (code == TimeOffsetOption && length >= sizeof(ulong)) seconds = unchecked((long)order.UInt64(value));
            options = options[Math.Min(options.Length, OptionHeaderSize + ((length + 3) & ~3))..];
        }

        result = new PcapngInterface(type, snapLength, resolution, Math.Clamp(seconds, -MaxOffsetSeconds, MaxOffsetSeconds));
        return null;
    }

    /// <summary>A time of this interface in nanoseconds since 1970, cut to what is from then to the year 2262 (63 bits).</summary>
    public long ToNanoseconds(ulong units)
    {
        int exponent = Resolution & ~PowerOfTwo;
        UInt128 nanoseconds;
        if ((Resolution & PowerOfTwo) != 0)
        {
            nanoseconds = (UInt128)units * 1_000_000_000 >> exponent;
        }
        else
        {
            nanoseconds = units;
            for (int i = exponent; i < 9; i++) nanoseconds *= 10;
            for (int i = 9; i < exponent && nanoseconds != 0; i++) nanoseconds /= 10;
        }

        Int128 total = (Int128)nanoseconds + (Int128)OffsetSeconds * 1_000_000_000;
        return total > long.MaxValue ? long.MaxValue : total < 0 ? 0 : (long)total;
    }
}
