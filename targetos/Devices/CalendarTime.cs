namespace NetKd.TargetOs.Devices;

/// <summary>A moment in UTC, to the second.</summary>
internal struct CalendarTime
{
    private const ulong HundredNanoseconds = 10_000_000;
    private const int DaysTo1970From1601 = 134_774;

    public int Year, Month, Day, Hour, Minute, Second;

    /// <summary>The moment as Windows counts time: 100-nanosecond units since 1 January 1601.</summary>
    public readonly ulong FileTime =>
        (ulong)(((((((DaysFrom1970 + DaysTo1970From1601) * 24) + Hour) * 60) + Minute) * 60) + Second) * HundredNanoseconds;

    /// <summary>0 for Sunday; 1 January 1970 was a Thursday.</summary>
    public readonly int Weekday => (int)((DaysFrom1970 + 4) % 7);

    /// <summary>Days of the Gregorian calendar, years counted from March so that the leap day is a year's last.</summary>
    private readonly long DaysFrom1970
    {
        get
        {
            const int daysTo1970FromMarch0 = 719_468;
            int year = Month <= 2 ? Year - 1 : Year;
            int monthFromMarch = Month <= 2 ? Month + 9 : Month - 3;
            int dayOfYear = (((153 * monthFromMarch) + 2) / 5) + Day - 1;
            return (365L * year) + (year / 4) - (year / 100) + (year / 400) + dayOfYear - daysTo1970FromMarch0;
        }
    }
}
