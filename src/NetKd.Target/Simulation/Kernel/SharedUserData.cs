using System.Buffers.Binary;
using System.Text;

namespace NetKd.Target.Simulation;

/// <summary>
/// KUSER_SHARED_DATA (public WDK header ntddk.h): version, time and the debugger's flags, where user programs and debuggers read them.
/// The clock is the machine's own: it starts at a fixed date, so that runs repeat.
/// </summary>
public static class SharedUserData
{
    /// <summary>Length of a clock tick in 100 ns units: 15.625 ms.</summary>
    public const uint TickLength = 156_250;

    // 2026-01-01 00:00:00 UTC as 100 ns units since 1601, and half a minute of uptime.
    private const ulong BootTime = 134_117_568_000_000_000;
    private const ulong FirstInterruptTime = 300_000_000;

    private const int TickCountMultiplier = 0x04;
    private const int InterruptTime = 0x08;
    private const int SystemTime = 0x14;
    private const int SystemRoot = 0x30;
    private const int BuildNumber = 0x260;
    private const int ProductType = 0x264;
    private const int ProductTypeIsValid = 0x268;
    private const int NativeArchitecture = 0x26A;
    private const int MajorVersion = 0x26C;
    private const int SuiteMask = 0x2D0;
    private const int DebuggerEnabled = 0x2D4;
    private const int TickCount = 0x320;

    /// <summary>Writes the page as it is after start.</summary>
    public static void Fill(Span<byte> page)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(page[TickCountMultiplier..], 0x0FA0_0000);
        Encoding.Unicode.GetBytes(@"C:\Windows", page[SystemRoot..]);
        BinaryPrimitives.WriteUInt32LittleEndian(page[BuildNumber..], KernelLayout.BuildNumber);
        BinaryPrimitives.WriteUInt32LittleEndian(page[ProductType..], 1); // workstation
        page[ProductTypeIsValid] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(page[NativeArchitecture..], 9); // amd64
        BinaryPrimitives.WriteUInt32LittleEndian(page[MajorVersion..], 10);
        BinaryPrimitives.WriteUInt32LittleEndian(page[SuiteMask..], 0x110);
        page[DebuggerEnabled] = 3; // enabled, and a debugger is there
        SetTime(page, 0);
    }

    /// <summary>Writes the clock fields for a number of ticks since start.</summary>
    public static void SetTime(Span<byte> page, ulong ticks)
    {
        SetClock(page[InterruptTime..], FirstInterruptTime + ticks * TickLength);
        SetClock(page[SystemTime..], BootTime + FirstInterruptTime + ticks * TickLength);
        SetClock(page[TickCount..], FirstInterruptTime / TickLength + ticks);
    }

    // KSYSTEM_TIME: low, high, high again.
    private static void SetClock(Span<byte> field, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(field, value);
        BinaryPrimitives.WriteUInt32LittleEndian(field[8..], (uint)(value >> 32));
    }
}
