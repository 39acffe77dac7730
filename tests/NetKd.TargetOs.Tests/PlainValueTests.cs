using NetKd.TargetOs.Devices;
using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Tests;

/// <summary>Small calculations of the kernel against .NET's, or against the definition.</summary>
public sealed class PlainValueTests
{
    [Fact]
    public void Calendar_time_agrees_with_dotnet()
    {
        Random random = new(1601);
        for (int i = 0; i < 20_000; i++)
        {
            DateTime time = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(random.NextInt64(0, 200L * 366 * 86400));
            CalendarTime ours = new() { Year = time.Year, Month = time.Month, Day = time.Day, Hour = time.Hour, Minute = time.Minute, Second = time.Second };
            Assert.Equal((ulong)time.ToFileTimeUtc(), ours.FileTime);
            Assert.Equal((int)time.DayOfWeek, ours.Weekday);
        }
    }

    [Fact]
    public void Memory_ranges_join_and_answer()
    {
        MemoryRanges ranges = default;
        ranges.Add(0x1000, 0x3000);
        ranges.Add(0x3000, 0x5000);
        ranges.Add(0x8000, 0x9000);
        Assert.Equal(2, ranges.Count);
        Assert.Equal(5ul, ranges.TotalPages);
        Assert.Equal(0x9000ul, ranges.Top);
        Assert.Equal(0x2000ul, ranges.RunAt(0x3000));
        Assert.Equal(0ul, ranges.RunAt(0x5000));
        Assert.Equal(0ul, ranges.RunAt(0));
        Assert.True(ranges.Touches(0x4FFF, 0x8001));
        Assert.False(ranges.Touches(0x5000, 0x8000));
    }

    [Fact]
    public void Ranges_past_the_capacity_are_forgotten()
    {
        MemoryRanges ranges = default;
        for (ulong i = 0; i < 100; i++) ranges.Add(i << 16, (i << 16) + 0x1000);
        Assert.Equal(MemoryRanges.Capacity, ranges.Count);
        Assert.Equal(0ul, ranges.RunAt(99ul << 16));
    }
}
