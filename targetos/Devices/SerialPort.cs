namespace NetKd.TargetOs.Devices;

/// <summary>A 16550-compatible UART, 8N1, polled. Register map: National Semiconductor PC16550D data sheet.</summary>
internal static class SerialPort
{
    /// <summary>I/O base of the first serial port, COM1.</summary>
    public const ushort First = 0x3F8;

    /// <summary>I/O base of the second serial port, COM2.</summary>
    public const ushort Second = 0x2F8;

    /// <summary>The fastest rate, and the one that the divisor counts from.</summary>
    public const int FastestRate = 115200;

    private const ushort InterruptEnable = 1;
    private const ushort FifoControl = 2;
    private const ushort LineControl = 3;
    private const ushort ModemControl = 4;
    private const ushort LineStatus = 5;

    private const byte DivisorLatch = 0x80;
    private const byte EightBits = 0x03;
    private const byte FifosOnAndEmpty = 0xC7;
    private const byte ReadyAndRequest = 0x03;
    private const byte DataReady = 0x01;
    private const byte TransmitEmpty = 0x20;

    // A machine without a UART reads all ones or never gets ready: give up on the byte, not on the boot.
    private const int MaxPolls = 100_000;

    /// <summary>Sets a port up for a rate in bits per second.</summary>
    public static void Initialize(ushort port, int rate)
    {
        int divisor = FastestRate / rate;
        Port.Out8((ushort)(port + InterruptEnable), 0);
        Port.Out8((ushort)(port + LineControl), DivisorLatch);
        Port.Out8(port, (byte)divisor);
        Port.Out8((ushort)(port + InterruptEnable), (byte)(divisor >> 8));
        Port.Out8((ushort)(port + LineControl), EightBits);
        Port.Out8((ushort)(port + FifoControl), FifosOnAndEmpty);
        Port.Out8((ushort)(port + ModemControl), ReadyAndRequest);
    }

    /// <summary>Sends a byte once the port takes it.</summary>
    public static void Write(ushort port, byte value)
    {
        for (int i = 0; i < MaxPolls && (Port.In8((ushort)(port + LineStatus)) & TransmitEmpty) == 0; i++)
        {
        }

        Port.Out8(port, value);
    }

    /// <summary>Takes a byte if one has come.</summary>
    public static bool TryRead(ushort port, out byte value)
    {
        value = 0;
        byte status = Port.In8((ushort)(port + LineStatus));
        // All ones: there is no UART.
        if ((status & DataReady) == 0 || status == 0xFF) return false;
        value = Port.In8(port);
        return true;
    }
}
