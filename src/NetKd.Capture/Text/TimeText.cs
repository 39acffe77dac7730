namespace NetKd.Capture.Text;

/// <summary>Times of a capture, which count nanoseconds.</summary>
public static class TimeText
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>A point in time by ISO 8601, in UTC: 2026-11-22T04:15:18.123456789Z.</summary>
    public static string Absolute(long nanoseconds)
    {
        long seconds = Math.DivRem(nanoseconds, NanosecondsPerSecond, out long rest);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + NanosecondsPerSecond);
        return $"{DateTime.UnixEpoch.AddSeconds(seconds):yyyy-MM-ddTHH:mm:ss}.{rest:D9}Z";
    }

    /// <summary>Seconds to the microsecond, as the views of captures have them: 12.345678.</summary>
    public static string Seconds(long nanoseconds) => $"{nanoseconds / 1000 / 1_000_000m:F6}";

    /// <summary>A duration in the unit that suits it: 85 us, 4.25 ms, 3.02 s.</summary>
    public static string Duration(long nanoseconds) => nanoseconds switch
    {
        < 1_000_000 => $"{nanoseconds / 1000} us",
        < NanosecondsPerSecond => $"{nanoseconds / 1e6:0.##} ms",
        _ => $"{nanoseconds / 1e9:0.##} s",
    };
}
