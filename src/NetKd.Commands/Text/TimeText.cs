using System.Globalization;

namespace NetKd.Commands.Text;

/// <summary>Times in the fixed form of kernel debuggers: <c>Mon Nov 16 11:33:20.000 2020 (UTC + 0:00)</c>.</summary>
public static class TimeText
{
    /// <summary>A time to the second, without its offset: <c>Thu Jan  1 04:38:26 1970</c>.</summary>
    public static string Seconds(DateTimeOffset time) => Day(time) + time.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture);

    /// <summary>A time to the millisecond, without its offset.</summary>
    public static string Milliseconds(DateTimeOffset time) => Day(time) + time.ToString(" HH:mm:ss.fff yyyy", CultureInfo.InvariantCulture);

    /// <summary>A time to the millisecond and its distance from UTC.</summary>
    public static string WithOffset(DateTimeOffset time)
    {
        TimeSpan offset = time.Offset;
        char sign = offset < TimeSpan.Zero ? '-' : '+';
        return $"{Milliseconds(time)} (UTC {sign} {Math.Abs(offset.Hours)}:{Math.Abs(offset.Minutes):d2})";
    }

    /// <summary>How long a system is up: <c>0 days 0:00:30.541</c>.</summary>
    public static string UpTime(TimeSpan time) =>
        $"{time.Days} days {time.Hours}:{time.Minutes:d2}:{time.Seconds:d2}.{time.Milliseconds:d3}";

    private static string Day(DateTimeOffset time) =>
        time.ToString("ddd MMM ", CultureInfo.InvariantCulture) + time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2);
}
