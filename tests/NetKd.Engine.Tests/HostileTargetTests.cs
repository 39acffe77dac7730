using NetKd.Protocol.Kd;
using NetKd.Target.Hosting;
using NetKd.Target.Server;
using NetKd.Target.Simulation;

namespace NetKd.Engine.Tests;

/// <summary>A target that answers nonsense in good packets: the engine refuses it by an error, and never hangs or takes memory without bound.</summary>
[Collection(nameof(Alone))]
public class HostileTargetTests
{
    private const int InSuite = 3_000;
    private const long MaxGrowthBytes = 16 << 20;

    [Fact]
    public async Task Nonsense_in_good_packets_is_an_error_and_no_more()
    {
        using SocketSerialChannel line = SocketSerialChannel.ListenTcp(0);
        using LyingChannel liar = new(line, seed: 1);
        using SimulatedTarget target = new(new SimulatedTargetOptions { DebuggerWait = TimeSpan.FromSeconds(5) }, liar);
        target.Start();
        using Session session = new(
            $"com:ipport={line.Port},port=127.0.0.1",
            new DebugClientOptions { InitialBreak = true, AnswerTimeout = TimeSpan.FromSeconds(20) });
        await session.ReachPromptAsync();
        liar.Lies = true;
        // An answer to another question is waited past until then.
        session.Client.Options.AnswerTimeout = TimeSpan.FromMilliseconds(20);
        DebugClient client = session.Client;
        Random random = new(2);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        int count = Fuzzing.Count(InSuite);
        int failed = 0;
        byte[] bytes = new byte[8192];
        for (int i = 0; i < count; i++)
        {
            try
            {
                client.Virtual.ForgetCache();
                Use(client, random, bytes);
            }
            catch (DebugException)
            {
                failed++;
            }
        }

        Assert.InRange(failed, 1, count);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < MaxGrowthBytes, "memory grows with the lies");
        liar.Lies = false;
        client.Options.AnswerTimeout = TimeSpan.FromSeconds(20);
        client.Virtual.ForgetCache();
        Assert.Equal(bytes.Length, client.Virtual.Read(BulkRegion.VirtualBase, bytes));
    }

    [Fact]
    public async Task A_module_list_that_names_one_address_twice_can_be_read_again()
    {
        using DebuggedTarget target = await DebuggedTarget.AtPromptAsync();
        DebugClient client = target.Client;
        // The second entry's base becomes the first one's (KLDR_DATA_TABLE_ENTRY: links, then the base at 0x30).
        Assert.True(client.Virtual.TryReadPointer(client.Target.LoadedModuleList, out ulong first));
        Assert.True(client.Virtual.TryReadPointer(first, out ulong second));
        Assert.True(client.Virtual.TryReadPointer(first + 0x30, out ulong address));
        Assert.Equal(8, client.Virtual.Write(second + 0x30, BitConverter.GetBytes(address)));
        for (int i = 0; i < 2; i++)
        {
            client.Modules.Reload();
            Assert.Equal(address, Assert.Single(client.Modules.All).Base);
        }
    }

    private static void Use(DebugClient client, Random random, byte[] bytes)
    {
        switch (random.Next(7))
        {
            case 0:
                client.Virtual.Read(client.Target.KernelBase + (ulong)random.Next(0x8000), bytes.AsSpan(0, random.Next(1, bytes.Length)));
                break;
            case 1:
                client.Modules.Reload();
                Assert.InRange(client.Modules.All.Count, 0, 10_000);
                break;
            case 2:
                Assert.InRange(client.Stacks.Walk(20).Count, 0, 20);
                break;
            case 3:
                client.Registers.Get("rip");
                break;
            case 4:
                client.Symbols.TryResolve("nt!SimCounter", out _);
                break;
            case 5:
                client.Physical.Read((ulong)random.Next(0x10000), bytes.AsSpan(0, 256));
                break;
            default:
                _ = client.Target.SystemTime;
                break;
        }
    }

    /// <summary>A serial line on which some of the target's replies are changed and summed up anew.</summary>
    private sealed class LyingChannel(SocketSerialChannel inner, int seed) : SerialChannel, IDisposable
    {
        private readonly Random _random = new(seed);
        private readonly SerialPacketReader _reader = new();

        public volatile bool Lies;

        public override int BaudRate => inner.BaudRate;

        public override bool IsClosed => inner.IsClosed;

        public override long Microseconds => inner.Microseconds;

        public override int Receive(Span<byte> buffer, int waitMicroseconds) => inner.Receive(buffer, waitMicroseconds);

        public void Dispose() => inner.Dispose();

        public override void Send(ReadOnlySpan<byte> bytes)
        {
            if (!Lies || _random.Next(3) != 0)
            {
                inner.Send(bytes);
                return;
            }

            bytes.CopyTo(_reader.Free());
            _reader.Add(bytes.Length);
            if (_reader.Take() != SerialItem.Packet || !_reader.Header.IsData)
            {
                inner.Send(bytes);
                return;
            }

            byte[] payload = _reader.Payload.ToArray();
            // The call's number stays in most: an answer to another question is only waited past.
            int from = _random.Next(16) == 0 ? 0 : Math.Min(8, payload.Length - 1);
            for (int i = _random.Next(1, 9); i > 0; i--) payload[_random.Next(from, payload.Length)] = (byte)_random.Next(256);
            int length = _random.Next(8) == 0 ? _random.Next(1, payload.Length + 1) : payload.Length;
            byte[] packet = new byte[PacketHeader.Size + length + 1];
            payload.AsSpan(0, length).CopyTo(packet.AsSpan(PacketHeader.Size));
            PacketHeader.WriteData(packet, _reader.Header.Type, length, _reader.Header.Id);
            packet[^1] = PacketHeader.SerialTrailer;
            inner.Send(packet);
        }
    }
}
