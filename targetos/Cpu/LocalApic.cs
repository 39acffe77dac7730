using NetKd.TargetOs.Devices;
using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Cpu;

/// <summary>The local interrupt controller's timer (Intel SDM volume 3, "APIC Timer"): the only interrupt source of this kernel.</summary>
internal static unsafe class LocalApic
{
    private const uint BaseRegister = 0x1B;
    private const int EndOfInterruptRegister = 0xB0;
    private const int SpuriousVector = 0xF0;
    private const int TimerEntry = 0x320;
    private const int ExternalEntry = 0x350;
    private const int InitialCount = 0x380;
    private const int CurrentCount = 0x390;
    private const int DivideConfiguration = 0x3E0;

    private const uint Enable = 0x100;
    private const uint Masked = 0x1_0000;
    private const uint Periodic = 0x2_0000;
    private const uint DivideBy16 = 3;

    private static byte* s_registers;

    /// <summary>Physical address of the register page.</summary>
    public static ulong Physical { get; private set; }

    /// <summary>Silences the legacy controllers, whose devices nobody serves here, and enables this one.</summary>
    public static void Initialize()
    {
        Port.Out8(0x21, 0xFF);
        Port.Out8(0xA1, 0xFF);
        Physical = Processor.ReadMsr(BaseRegister) & 0x000F_FFFF_FFFF_F000;
        s_registers = PageTables.MapDevice(Physical, Arena.PageSize);
        Write(ExternalEntry, Masked);
        Write(SpuriousVector, Enable | Vector.Spurious);
        Write(DivideConfiguration, DivideBy16);
        Write(TimerEntry, Masked);
    }

    /// <summary>Lets the timer count down once, silently, to be measured.</summary>
    public static void StartCounting() => Write(InitialCount, uint.MaxValue);

    public static uint CountsElapsed() => uint.MaxValue - *(uint*)(s_registers + CurrentCount);

    /// <summary>Starts the tick.</summary>
    public static void StartTimer(uint countsPerTick)
    {
        Write(TimerEntry, Periodic | Vector.Timer);
        Write(InitialCount, countsPerTick);
    }

    public static void EndInterrupt() => Write(EndOfInterruptRegister, 0);

    private static void Write(int register, uint value) => *(uint*)(s_registers + register) = value;
}
