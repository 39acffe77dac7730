using NetKd.Target.Server;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Devices;

namespace NetKd.TargetOs.Debugger;

/// <summary>The debugger's serial line: a UART, polled.</summary>
internal sealed class UartChannel : SerialChannel
{
    private readonly ushort _port;
    private readonly int _rate;

    public UartChannel(ushort port, int rate)
    {
        _port = port;
        _rate = rate;
        SerialPort.Initialize(port, rate);
    }

    public override int BaudRate => _rate;

    public override long Microseconds => Clock.Microseconds;

    public override int Receive(Span<byte> buffer, int waitMicroseconds)
    {
        long deadline = Clock.Microseconds + waitMicroseconds;
        int count = 0;
        while (true)
        {
            while (count < buffer.Length && SerialPort.TryRead(_port, out byte value)) buffer[count++] = value;
            if (count != 0 || Clock.Microseconds >= deadline) return count;
            Processor.Pause();
        }
    }

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++) SerialPort.Write(_port, bytes[i]);
    }
}
