using System.Buffers.Binary;
using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;
using NetKd.Target.Server;
using NetKd.Target.Simulation;

namespace NetKd.Target.Tests;

/// <summary>
/// Damaged datagrams and senseless calls at a halted target: nothing unauthenticated is answered, and whatever a debugger asks, the
/// server lives, answers in bounded time and keeps its memory.
/// </summary>
[Collection(nameof(Alone))]
public sealed class KdServerFuzzTests
{
    private const int DatagramsInSuite = 150_000;
    private const int CallsInSuite = 20_000;
    private const long MaxGrowthBytes = 8 << 20;

    [Fact]
    public void Damaged_datagrams_are_never_answered()
    {
        Random random = new(1);
        FuzzedPort port = new(Fuzzing.Count(DatagramsInSuite), host => Fuzzing.Mutate(random, host.MakeAny(random), DatagramCodec.MaxSize));
        KdServer server = new(new SimulatedMachine(), port, port.Settings);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        ExceptionRecord exception = default;
        exception.Code = NtStatus.Breakpoint;
        server.ReportException(exception);
        Assert.True(port.WasConnected);
        Assert.Equal(0, port.AnswersToFuzz);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < MaxGrowthBytes);
    }

    [Fact]
    public void Senseless_calls_are_answered_or_refused()
    {
        Random random = new(2);
        FuzzedPort port = new(Fuzzing.Count(CallsInSuite), host => host.MakeCall(random));
        SimulatedMachine machine = new();
        KdServer server = new(machine, port, port.Settings);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        ExceptionRecord exception = default;
        exception.Code = NtStatus.Breakpoint;
        // Among the calls are continues: the machine is halted again each time.
        while (!port.IsClosed) server.ReportException(exception);
        Assert.True(port.AnswersToFuzz > Fuzzing.Count(CallsInSuite), "most calls are acknowledged and answered");
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < MaxGrowthBytes, "memory grows with the calls");
    }

    /// <summary>A network whose one host answers the first poke and then sends what the test makes, and closes after that.</summary>
    private sealed class FuzzedPort : DatagramPort
    {
        private readonly Func<FuzzedPort, byte[]> _make;
        private readonly DatagramCipher _control = new();
        private readonly DatagramCipher _data = new();
        private readonly Queue<byte[]> _handshake = new();
        private readonly KdNetKey _key;
        private int _left;
        private ulong _sequence;
        private uint _id = PacketIds.NetHostInitial;
        private bool _fuzzing;
        private long _now = 1_000_000;

        public FuzzedPort(int count, Func<FuzzedPort, byte[]> make)
        {
            _left = count;
            _make = make;
            KeyText.TryParse("1.2.3.4", out _key, out _);
            ChannelKeys.LoadControl(_control, _key);
        }

        public KdServerSettings Settings => new()
        {
            Key = _key,
            ProtocolVersion = 4,
            Host = PeerAddress.FromIPv4(0x7F000001, 50000),
            TargetRandom = new byte[Poke.TargetRandomSize],
            HaltWaitMicroseconds = -1,
        };

        public bool WasConnected { get; private set; }

        public int AnswersToFuzz { get; private set; }

        public override PeerAddress LocalAddress => PeerAddress.FromIPv4(0x7F000001, 50001);

        public override bool IsClosed => _left <= 0;

        // Standing still: nothing is due again, so that all that is sent are answers.
        public override long Microseconds => _now;

        public override int Receive(Span<byte> buffer, int waitMicroseconds, out PeerAddress from)
        {
            from = PeerAddress.FromIPv4(0x7F000001, 50000);
            byte[] next;
            if (_handshake.TryDequeue(out byte[]? step))
            {
                next = step;
            }
            else if (!WasConnected)
            {
                _now += waitMicroseconds;
                return 0;
            }
            else
            {
                _fuzzing = true;
                _left--;
                next = _make(this);
            }

            if (next.Length > buffer.Length) return 0;
            next.CopyTo(buffer);
            return next.Length;
        }

        public override void Send(ReadOnlySpan<byte> datagram, in PeerAddress to)
        {
            if (_fuzzing) AnswersToFuzz++;
            if (WasConnected) return;
            byte[] plaintext = new byte[DatagramCodec.MaxSize];
            if (DatagramCodec.Open(_control, datagram, plaintext, fromHost: false, out DatagramInfo info) != DatagramFault.None) return;
            byte[] response = new byte[PokeResponse.BodySize];
            PokeResponse.Write(response, plaintext.AsSpan(info.BodyOffset, info.BodyLength), new byte[PokeResponse.HostRandomSize]);
            ChannelKeys.LoadData(_data, _key, response);
            WasConnected = true;
            _handshake.Enqueue(Seal(_control, response, control: true, info.Sequence));
            byte[] resend = new byte[PacketHeader.Size];
            PacketHeader.WriteControl(resend, PacketType.Resend, 0);
            _handshake.Enqueue(Seal(_data, resend, control: false, ++_sequence));
        }

        /// <summary>A good datagram of any kind.</summary>
        public byte[] MakeAny(Random random) => random.Next(4) switch
        {
            0 => Seal(_control, [], control: true, ++_sequence),
            1 => Seal(_data, [PacketHeader.BreakInByte], control: false, ++_sequence),
            2 => MakeCall(random),
            _ => Seal(_control, new byte[PokeResponse.BodySize], control: true, ++_sequence),
        };

        /// <summary>A call with any arguments, in a good packet.</summary>
        public byte[] MakeCall(Random random)
        {
            int data = random.Next(4) == 0 ? random.Next(64) : 0;
            byte[] packet = new byte[PacketHeader.Size + ManipulateHeader.Size + data];
            Span<byte> payload = packet.AsSpan(PacketHeader.Size);
            if (random.Next(2) == 0) random.NextBytes(payload);
            BinaryPrimitives.WriteUInt32LittleEndian(payload, 0x3130u + (uint)random.Next(0x34));
            if (random.Next(4) != 0) BinaryPrimitives.WriteUInt64LittleEndian(payload[16..], 0xFFFFF803_12200000ul + (ulong)random.Next(0x20000));
            if (random.Next(4) != 0) BinaryPrimitives.WriteUInt32LittleEndian(payload[24..], (uint)random.Next(0x2000));
            int length = random.Next(32) == 0 ? random.Next(1, payload.Length) : payload.Length;
            PacketHeader.WriteData(packet, random.Next(64) == 0 ? (PacketType)random.Next(14) : PacketType.StateManipulate, length, _id);
            _id = PacketIds.NetNext(_id);
            return Seal(_data, packet.AsSpan(0, PacketHeader.Size + length), control: false, ++_sequence);
        }

        private static byte[] Seal(DatagramCipher cipher, ReadOnlySpan<byte> body, bool control, ulong sequence)
        {
            byte[] datagram = new byte[DatagramCodec.MaxSize];
            body.CopyTo(datagram.AsSpan(DatagramCodec.BodyOffset));
            return datagram[..DatagramCodec.Seal(cipher, datagram, body.Length, 4, control, fromHost: true, sequence)];
        }
    }
}
