using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;
using NetKd.Target.Server;

namespace NetKd.Target.Tests;

/// <summary>A packet from the target.</summary>
public sealed record TargetPacket(PacketType Type, bool IsData, uint Id, byte[] Payload);

/// <summary>
/// A minimal KDNET host that does exactly what a test tells it: no retries, nothing automatic. Every wait is bounded and fails the test.
/// </summary>
public sealed class ScriptedHost
{
    private const int Patience = 5_000_000;

    private readonly DatagramPort _port;
    private readonly KdNetKey _key;
    private readonly DatagramCipher _control = new();
    private readonly DatagramCipher _data = new();
    private readonly byte[] _datagram = new byte[DatagramCodec.MaxSize];
    private readonly byte[] _plaintext = new byte[DatagramCodec.MaxSize];
    private PeerAddress _target;
    private SequenceGuard _received;
    private bool _hasDataKey;
    private uint? _lastTargetId;
    private ulong _sequence;

    public ScriptedHost(DatagramPort port, KdNetKey key)
    {
        _port = port;
        _key = key;
        ChannelKeys.LoadControl(_control, key);
    }

    /// <summary>Id of the next data packet.</summary>
    public uint NextId { get; set; } = PacketIds.NetHostInitial;

    /// <summary>Version that the target's poke named.</summary>
    public byte OfferedVersion { get; private set; }

    /// <summary>Version in use.</summary>
    public byte Version { get; private set; }

    /// <summary>The last datagram sent, to be replayed.</summary>
    public byte[] LastSent { get; private set; } = [];

    /// <summary>Waits for a poke and returns its body and sequence number.</summary>
    public (byte[] Body, ulong Sequence) ReceivePoke()
    {
        while (true)
        {
            (DatagramInfo info, byte[] body) = ReceiveDatagram();
            if (!info.IsControl || !Poke.IsPoke(body)) continue;
            OfferedVersion = info.Version;
            return (body, info.Sequence);
        }
    }

    /// <summary>Answers a poke, with a fresh data key.</summary>
    public void Respond(byte[] poke, ulong sequence)
    {
        byte[] response = new byte[PokeResponse.BodySize];
        byte[] random = new byte[PokeResponse.HostRandomSize];
        Random.Shared.NextBytes(random);
        PokeResponse.Write(response, poke, random);
        Version = PokeResponse.NegotiatedVersion(OfferedVersion);
        SendRaw(Seal(_control, response, control: true, sequence));
        ChannelKeys.LoadData(_data, _key, response);
        _sequence = 0;
        _received = default;
        _hasDataKey = true;
    }

    /// <summary>The whole handshake of a host without a past: poke, response, connection check, RESEND.</summary>
    public void Connect()
    {
        (byte[] poke, ulong sequence) = ReceivePoke();
        Respond(poke, sequence);
        byte[] check = ReceiveBody();
        Assert.True(ConnectionCheck.IsCheck(check));
        SendControl(PacketType.Resend, 0);
    }

    /// <summary>The next packet on the data channel, pokes skipped.</summary>
    public TargetPacket Receive()
    {
        byte[] body = ReceiveBody();
        Assert.Equal(PacketFault.None, PacketHeader.TryRead(body, out PacketHeader header));
        return new TargetPacket(header.Type, header.IsData, header.Id, body[PacketHeader.Size..(PacketHeader.Size + header.ByteCount)]);
    }

    /// <summary>The next data packet of a type; others are skipped. Acknowledges it, and again when it comes again.</summary>
    public TargetPacket ReceiveData(PacketType type)
    {
        while (true)
        {
            TargetPacket packet = Receive();
            if (!packet.IsData || packet.Type != type) continue;
            SendControl(PacketType.Acknowledge, packet.Id);
            if (packet.Id == _lastTargetId) continue;
            _lastTargetId = packet.Id;
            return packet;
        }
    }

    /// <summary>True when nothing but pokes comes within a time.</summary>
    public bool HearsNothing(int milliseconds)
    {
        long deadline = _port.Microseconds + milliseconds * 1000L;
        while (_port.Microseconds < deadline)
        {
            if (TryReceiveDatagram((int)Math.Max(0, deadline - _port.Microseconds), out DatagramInfo info, out _) && !info.IsControl) return false;
        }

        return true;
    }

    /// <summary>Sends a data packet with the next id, and counts the id up.</summary>
    public uint SendData(PacketType type, byte[] payload)
    {
        uint id = NextId;
        NextId = PacketIds.NetNext(id);
        SendData(type, payload, id);
        return id;
    }

    /// <summary>Sends a data packet with a given id.</summary>
    public void SendData(PacketType type, byte[] payload, uint id)
    {
        byte[] packet = [.. new byte[PacketHeader.Size], .. payload];
        PacketHeader.WriteData(packet, type, payload.Length, id);
        SendBody(packet);
    }

    /// <summary>Sends a control packet.</summary>
    public void SendControl(PacketType type, uint id)
    {
        byte[] packet = new byte[PacketHeader.Size];
        PacketHeader.WriteControl(packet, type, id);
        SendBody(packet);
    }

    /// <summary>Seals a body on the data channel and sends it.</summary>
    public void SendBody(byte[] body) => SendRaw(Seal(_data, body, control: false, ++_sequence));

    /// <summary>Sends bytes as they are.</summary>
    public void SendRaw(byte[] datagram)
    {
        LastSent = datagram;
        _port.Send(datagram, _target);
    }

    /// <summary>Makes a manipulate request.</summary>
    public static byte[] NewRequest(ManipulateApi api, int processor = 0, int extra = 0)
    {
        byte[] payload = new byte[ManipulateHeader.Size + extra];
        ManipulateHeader header = default;
        header.Api = api;
        header.Processor = (ushort)processor;
        header.ReturnStatus = NtStatus.Pending;
        header.Write(payload);
        return payload;
    }

    /// <summary>Makes a request to read memory.</summary>
    public static byte[] NewRead(ulong address, uint count, ManipulateApi api = ManipulateApi.DbgKdReadVirtualMemoryApi)
    {
        byte[] payload = NewRequest(api);
        ManipulateUnion.WriteUInt64(payload, ManipulateUnion.MemoryAddress, address);
        ManipulateUnion.WriteUInt32(payload, ManipulateUnion.MemoryCount, count);
        return payload;
    }

    /// <summary>
    /// A whole call: request, reply, our acknowledgement. Returns the reply's payload. An acknowledgement before it must be the right one;
    /// where the network loses it the reply stands for it.
    /// </summary>
    public byte[] Call(byte[] request)
    {
        uint id = SendData(PacketType.StateManipulate, request);
        while (true)
        {
            TargetPacket packet = Receive();
            if (packet.Type == PacketType.Acknowledge) Assert.Equal(id, packet.Id);
            if (!packet.IsData) continue;
            SendControl(PacketType.Acknowledge, packet.Id);
            if (packet.Type != PacketType.StateManipulate || packet.Id == _lastTargetId) continue;
            _lastTargetId = packet.Id;
            return packet.Payload;
        }
    }

    /// <summary>Lets the target run: Continue2.</summary>
    public void Continue(uint status = NtStatus.DbgContinue, bool trace = false, ulong dr7 = 0)
    {
        byte[] request = NewRequest(ManipulateApi.DbgKdContinueApi2);
        ManipulateUnion.WriteUInt32(request, ManipulateUnion.ContinueStatus, status);
        ManipulateUnion.WriteUInt32(request, ManipulateUnion.ContinueTraceFlag, trace ? 1u : 0);
        ManipulateUnion.WriteUInt64(request, ManipulateUnion.ContinueDr7, dr7);
        SendData(PacketType.StateManipulate, request);
    }

    /// <summary>Status of a reply.</summary>
    public static uint StatusOf(byte[] reply)
    {
        Assert.True(ManipulateHeader.TryRead(reply, out ManipulateHeader header));
        return header.ReturnStatus;
    }

    private byte[] Seal(DatagramCipher cipher, byte[] body, bool control, ulong sequence)
    {
        byte[] buffer = new byte[DatagramCodec.MaxSize];
        body.CopyTo(buffer, DatagramCodec.BodyOffset);
        int length = DatagramCodec.Seal(cipher, buffer, body.Length, Version, control, fromHost: true, sequence);
        return buffer[..length];
    }

    private byte[] ReceiveBody()
    {
        while (true)
        {
            (DatagramInfo info, byte[] body) = ReceiveDatagram();
            if (!info.IsControl && _received.Accept(info.Sequence)) return body;
        }
    }

    private (DatagramInfo Info, byte[] Body) ReceiveDatagram()
    {
        Assert.True(TryReceiveDatagram(Patience, out DatagramInfo info, out byte[] body), "the target sent nothing");
        return (info, body);
    }

    private bool TryReceiveDatagram(int wait, out DatagramInfo info, out byte[] body)
    {
        info = default;
        body = [];
        bool control;
        ReadOnlySpan<byte> datagram;
        do
        {
            int length = _port.Receive(_datagram, wait, out PeerAddress from);
            if (length == 0) return false;
            _target = from;
            datagram = _datagram.AsSpan(0, length);
            Assert.Equal(DatagramFault.None, DatagramCodec.Inspect(datagram, out _, out control));
        }
        while (!control && !_hasDataKey); // what was still on its way to another host

        Assert.Equal(DatagramFault.None, DatagramCodec.Open(control ? _control : _data, datagram, _plaintext, fromHost: false, out info));
        body = _plaintext.AsSpan(info.BodyOffset, info.BodyLength).ToArray();
        return true;
    }
}
