using System.Diagnostics;
using NetKd.Protocol.Kd;
using NetKd.Transport.Com;

namespace NetKd.Transport.Tests;

/// <summary>Damaged and hostile bytes on a serial line.</summary>
[Collection(nameof(Alone))]
public class SerialFuzzTests
{
    private const int InSuite = 150_000;
    private const long MaxGrowthBytes = 1 << 20;

    [Fact]
    public void The_reader_finds_each_whole_packet_whatever_stands_between()
    {
        Random random = new(1);
        SerialPacketReader reader = new();
        int count = Fuzzing.Count(InSuite);
        for (int i = 0; i < count; i++)
        {
            byte[] packet = MakePacket(random, out int type);
            // Rubbish without a leader; with one, what follows may be taken for its data until the gap that ends it.
            byte[] rubbish = new byte[random.Next(20)];
            random.NextBytes(rubbish);
            for (int b = 0; b < rubbish.Length; b++) rubbish[b] |= 0x80;
            List<SerialItem> items = [];
            foreach (byte[] piece in Cut(random, [.. rubbish, .. packet]))
            {
                piece.CopyTo(reader.Free());
                reader.Add(piece.Length);
                while (reader.Take() is var item && item != SerialItem.None) items.Add(item);
            }

            Assert.Equal([SerialItem.Packet], items);
            Assert.Equal((PacketType)type, reader.Header.Type);
        }
    }

    [Fact]
    public void A_live_session_stands_any_bytes_and_goes_on_after_them()
    {
        Random random = new(2);
        using FedStream stream = new();
        using SerialLink link = new(new ComConnectionOptions(ComMedium.Tcp, "fed"), () => stream);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        int count = Fuzzing.Count(InSuite);
        for (int i = 0; i < count; i++)
        {
            stream.Feed(Fuzzing.Mutate(random, MakePacket(random, out _), 600));
            long written = stream.Written;
            for (int reads = 0; link.Receive(1) != LinkSignal.None; reads++) Assert.InRange(reads, 0, 100);
            Assert.InRange(stream.Written - written, 0, 16 * 1024);
            if (random.Next(64) == 0) link.Send(PacketType.StateManipulate, new byte[56], expectsReply: true);
        }

        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < MaxGrowthBytes, "memory grows with the bytes");
        // The gap that ends whatever was begun; then the target begins anew, as after a restart.
        link.Receive(2000);
        byte[] packet = new byte[PacketHeader.Size + 4];
        PacketHeader.WriteData(packet, PacketType.DebugIo, 4, PacketIds.SerialInitial | PacketIds.SerialSyncBit);
        stream.Feed([.. packet, PacketHeader.SerialTrailer]);
        bool heard = false;
        for (int tries = 0; tries < 5; tries++) heard |= link.Receive(100) == LinkSignal.Packet;
        Assert.True(heard);
    }

    private static byte[] MakePacket(Random random, out int type)
    {
        type = random.Next(1, 12);
        if (random.Next(3) == 0)
        {
            byte[] control = new byte[PacketHeader.Size];
            PacketHeader.WriteControl(control, (PacketType)type, (uint)random.Next());
            return control;
        }

        int length = random.Next(1, 500);
        byte[] packet = new byte[PacketHeader.Size + length + 1];
        random.NextBytes(packet.AsSpan(PacketHeader.Size, length));
        uint id = PacketIds.SerialInitial | (uint)random.Next(2) | (random.Next(8) == 0 ? PacketIds.SerialSyncBit : 0);
        PacketHeader.WriteData(packet, (PacketType)type, length, id);
        packet[^1] = PacketHeader.SerialTrailer;
        return packet;
    }

    private static IEnumerable<byte[]> Cut(Random random, byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(random.Next(1, 300), bytes.Length - at);
            yield return bytes[at..(at + length)];
            at += length;
        }
    }

    /// <summary>A line that gives what a test puts in. Its clock moves by the waits alone.</summary>
    private sealed class FedStream : SerialStream
    {
        private readonly Queue<byte[]> _incoming = new();
        private long _now = Stopwatch.Frequency;

        public long Written { get; private set; }

        public override string Description => "fed";

        public override int BaudRate => 115200;

        public override long Timestamp => _now;

        public void Feed(byte[] bytes) => _incoming.Enqueue(bytes);

        public override int Read(Span<byte> buffer, int waitMicroseconds)
        {
            if (_incoming.TryDequeue(out byte[]? next))
            {
                int length = Math.Min(next.Length, buffer.Length);
                next.AsSpan(0, length).CopyTo(buffer);
                return length;
            }

            _now += Math.Max(waitMicroseconds, 1) * (Stopwatch.Frequency / 1_000_000);
            return 0;
        }

        public override void Write(ReadOnlySpan<byte> bytes) => Written += bytes.Length;
    }
}
