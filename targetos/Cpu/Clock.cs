using NetKd.TargetOs.Devices;

namespace NetKd.TargetOs.Cpu;

/// <summary>Time from the time-stamp counter, measured once against the 8254 timer, whose rate is the same in every PC.</summary>
internal static class Clock
{
    /// <summary>Timer interrupts a second.</summary>
    public const uint TickRate = 100;

    // Intel 8254 data sheet: input clock 1.193182 MHz; channel 2 is gated by bit 0 of port 0x61, its output is bit 5.
    private const uint TimerRate = 1_193_182;
    private const uint MeasureMilliseconds = 20;

    private static ulong s_start;
    private static ulong s_countsPerMillisecond;

    /// <summary>Time-stamp counts of one millisecond.</summary>
    public static ulong CountsPerMillisecond => s_countsPerMillisecond;

    /// <summary>Microseconds since the measurement.</summary>
    public static long Microseconds
    {
        get
        {
            ulong counts = Processor.ReadTimeStamp() - s_start;
            ulong rate = s_countsPerMillisecond;
            return (long)((counts / rate * 1000) + (counts % rate * 1000 / rate));
        }
    }

    /// <summary>Measures the counter and the local APIC's timer over the same interval, and returns the latter's counts in one tick.</summary>
    public static uint Calibrate()
    {
        const uint counts = TimerRate * MeasureMilliseconds / 1000;
        byte gate = (byte)((Port.In8(0x61) & ~2) | 1);
        Port.Out8(0x61, (byte)(gate & ~1));
        Port.Out8(0x43, 0xB0);              // channel 2, low then high byte, mode 0: output rises at zero
        Port.Out8(0x42, (byte)(counts & 0xFF));
        Port.Out8(0x42, (byte)(counts >> 8));
        LocalApic.StartCounting();
        s_start = Processor.ReadTimeStamp();
        Port.Out8(0x61, gate);
        while ((Port.In8(0x61) & 0x20) == 0)
        {
        }

        ulong elapsed = Processor.ReadTimeStamp() - s_start;
        uint apicCounts = LocalApic.CountsElapsed();
        s_countsPerMillisecond = elapsed / MeasureMilliseconds;
        return apicCounts / (MeasureMilliseconds * TickRate / 1000);
    }

    /// <summary>Waits without giving up the processor; usable with interrupts off.</summary>
    public static void Delay(int microseconds)
    {
        long end = Microseconds + microseconds;
        while (Microseconds < end) Processor.Pause();
    }
}
