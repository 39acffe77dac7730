using System.Runtime.InteropServices;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Nt;

/// <summary>KUSER_SHARED_DATA (ntddk.h): version and times, at the address where debuggers read them.</summary>
[StructLayout(LayoutKind.Explicit, Size = 0x1000)]
internal unsafe struct SharedUserData
{
    public const ulong Address = 0xFFFFF780_00000000;

    private const uint MillisecondsInTickFixedPoint = 1 << 24;

    [FieldOffset(0x000)] public uint TickCountLowDeprecated;
    [FieldOffset(0x004)] public uint TickCountMultiplier;
    [FieldOffset(0x008)] public SystemTime InterruptTime;
    [FieldOffset(0x014)] public SystemTime SystemTime;
    [FieldOffset(0x030)] public fixed char NtSystemRoot[260];
    [FieldOffset(0x260)] public uint NtBuildNumber;
    [FieldOffset(0x264)] public uint NtProductType;
    [FieldOffset(0x268)] public byte ProductTypeIsValid;
    [FieldOffset(0x26A)] public ushort NativeProcessorArchitecture;
    [FieldOffset(0x26C)] public uint NtMajorVersion;
    [FieldOffset(0x270)] public uint NtMinorVersion;
    [FieldOffset(0x2D4)] public byte KdDebuggerEnabled;
    [FieldOffset(0x2E8)] public uint NumberOfPhysicalPages;
    [FieldOffset(0x320)] public SystemTime TickCount;

    private static ulong s_bootTime;
    private static ulong s_ticks;

    public static SharedUserData* Current => (SharedUserData*)Address;

    /// <summary>Ticks since the timer started.</summary>
    public static ulong Ticks => s_ticks;

    /// <summary>Maps the page and fills in what never changes.</summary>
    public static void Initialize(ulong physicalPages)
    {
        PageTables.Map(Address, Arena.Allocate(1), PageTables.Present | PageTables.Writable | PageTables.NoExecute);
        SharedUserData* data = Current;
        data->TickCountMultiplier = 1000 / Clock.TickRate * MillisecondsInTickFixedPoint;
        data->NtBuildNumber = NtKernel.BuildNumber;
        data->NtProductType = 1;
        data->ProductTypeIsValid = 1;
        data->NativeProcessorArchitecture = 9;
        data->NtMajorVersion = 10;
        data->NumberOfPhysicalPages = (uint)physicalPages;
        ReadOnlySpan<byte> root = "\\EFI\\BOOT"u8;
        for (int i = 0; i < root.Length; i++) data->NtSystemRoot[i] = (char)root[i];
        s_bootTime = Devices.RealTimeClock.Read().FileTime;
        data->SystemTime.Set(s_bootTime);
    }

    /// <summary>Called at every timer interrupt.</summary>
    public static void Tick()
    {
        s_ticks++;
        SharedUserData* data = Current;
        ulong elapsed = (ulong)Clock.Microseconds * 10;
        data->TickCountLowDeprecated = (uint)s_ticks;
        data->TickCount.Set(s_ticks);
        data->InterruptTime.Set(elapsed);
        data->SystemTime.Set(s_bootTime + elapsed);
    }
}
