namespace NetKd.TargetOs.Devices;

/// <summary>COM1, a 16550-compatible UART at 115200 baud, 8N1: the kernel's log. Register map: National Semiconductor PC16550D data sheet.</summary>
internal static class SerialPort
{
    private const ushort Base = 0x3F8;
    private const ushort Data = Base;
    private const ushort InterruptEnable = Base + 1;
    private const ushort FifoControl = Base + 2;
    private const ushort LineControl = Base + 3;
    private const ushort ModemControl = Base + 4;
    private const ushort LineStatus = Base + 5;

    private const byte TransmitEmpty = 0x20;

    // A machine without a UART reads all ones or never gets ready: give up on the byte, not on the boot.
    private const int MaxPolls = 100_000;

    public static void Initialize()
    {
        Port.Out8(InterruptEnable, 0);
        Port.Out8(LineControl, 0x80);   // divisor latch
        Port.Out8(Data, 1);             // 115200 / 1
        Port.Out8(InterruptEnable, 0);
        Port.Out8(LineControl, 0x03);
        Port.Out8(FifoControl, 0xC7);
        Port.Out8(ModemControl, 0x03);
    }

    public static void Write(byte value)
    {
        for (int i = 0; i < MaxPolls && (Port.In8(LineStatus) & TransmitEmpty) == 0; i++)
        {
        }

        Port.Out8(Data, value);
    }
}
