namespace NetKd.TargetOs.Devices;

/// <summary>The CMOS clock (Motorola MC146818 data sheet), taken to run in UTC.</summary>
internal static class RealTimeClock
{
    private const ushort IndexPort = 0x70;
    private const ushort DataPort = 0x71;
    private const byte StatusA = 10;
    private const byte StatusB = 11;
    private const byte UpdateInProgress = 0x80;
    private const byte BinaryMode = 4;

    public static CalendarTime Read()
    {
        // An update in progress makes the fields inconsistent; a clock that never ends updating is absent.
        for (int i = 0; i < 100_000 && (Register(StatusA) & UpdateInProgress) != 0; i++)
        {
        }

        bool binary = (Register(StatusB) & BinaryMode) != 0;
        CalendarTime time;
        time.Second = Field(0, binary);
        time.Minute = Field(2, binary);
        time.Hour = Field(4, binary);
        time.Day = Field(7, binary);
        time.Month = Field(8, binary);
        time.Year = 2000 + Field(9, binary);
        return time;
    }

    private static byte Register(byte number)
    {
        Port.Out8(IndexPort, number);
        return Port.In8(DataPort);
    }

    private static int Field(byte number, bool binary)
    {
        int value = Register(number);
        return binary ? value : ((value >> 4) * 10) + (value & 15);
    }
}
