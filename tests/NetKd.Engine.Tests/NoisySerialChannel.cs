using NetKd.Target.Server;

namespace NetKd.Engine.Tests;

/// <summary>A serial line that loses bytes both ways and carries a console's text between the target's packets. Decided by the seed.</summary>
internal sealed class NoisySerialChannel(SerialChannel inner, int seed) : SerialChannel, IDisposable
{
    // Of the target's bytes, which come in large packets; of the debugger's, more.
    private const int OneLostIn = 8000;
    private const int OneOfTheHostsLostIn = 2000;
    private static readonly byte[] s_text = "bBoot0001 0000 iiii \x30\x30\x30\x30 breaking bad\r\n"u8.ToArray();

    private readonly Random _random = new(seed);

    public override int BaudRate => inner.BaudRate;

    public override bool IsClosed => inner.IsClosed;

    public override long Microseconds => inner.Microseconds;

    public override int Receive(Span<byte> buffer, int waitMicroseconds)
    {
        int count = inner.Receive(buffer, waitMicroseconds);
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (_random.Next(OneOfTheHostsLostIn) != 0) buffer[kept++] = buffer[i];
        }

        return kept;
    }

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        if (_random.Next(4) == 0) inner.Send(s_text);
        List<byte> kept = [];
        foreach (byte value in bytes)
        {
            if (_random.Next(OneLostIn) != 0) kept.Add(value);
        }

        inner.Send(kept.ToArray());
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();
}
