namespace NetKd.TargetOs.Devices;

/// <summary>The CMOS clock (Motorola MC146818 data sheet), taken to run in UTC.</summary>
internal static class RealTimeClock
{
    private const ulong HundredNanoseconds = 10_000_000;
    private const int DaysTo1970From1601 = 134_774;

    /// <summary>The time as Windows counts it: 100-nanosecond units since 1 January 1601. To the second.</summary>
    public static ulong Read()
    {
        // An update in progress makes the fields inconsistent; a clock that never ends updating is absent.
        for (int i = 0; i < 100_000 && (Register(10) & 0x80) != 0; i++)
        {
        }

        bool binary = (Register(11) & 4) != 0;
        int second = Field(0, binary), minute = Field(2, binary), hour = Field(4, binary);
        int day = Field(7, binary), month = Field(8, binary), year = 2000 + Field(9, binary);
        long days = DaysFrom1970(year, month, day) + DaysTo1970From1601;
        return (ulong)((((((days * 24) + hour) * 60) + minute) * 60) + second) * HundredNanoseconds;
    }

    private static byte Register(byte number)
    {
        Port.Out8(0x70, number);
        return Port.In8(0x71);
    }

    private static int Field(byte number, bool binary)
    {
        int value = Register(number);
        return binary ? value : ((value >> 4) * 10) + (value & 15);
    }

    /// <summary>Days of the proleptic Gregorian calendar, years counted from March so that the leap day is a year's last.</summary>
    private static long DaysFrom1970(int year, int month, int day)
    {
        const int daysTo1970FromMarch0 = 719_468;
        if (month <= 2)
        {
            year--;
            month += 12;
        }

        int dayOfYear = (((153 * (month - 3)) + 2) / 5) + day - 1;
        return (365L * year) + (year / 4) - (year / 100) + (year / 400) + dayOfYear - daysTo1970FromMarch0;
    }
}
