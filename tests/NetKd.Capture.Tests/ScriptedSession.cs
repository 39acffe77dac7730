using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;

namespace NetKd.Capture.Tests;

/// <summary>Datagrams of a session that never was, sealed as the two sides would, a millisecond apart: the same in every run.</summary>
internal sealed class ScriptedSession
{
    public const string KeyString = "1.2.3.4";
    public const long Start = 1_450_000_000_123_456_000;
    private const long Step = 1_000_000;

    private readonly DatagramCipher _control = new();
    private DatagramCipher _data = new();
    private readonly byte[] _poke = new byte[Poke.BodySize];
    private ulong _pokes;
    private ulong _hostSequence;
    private ulong _targetSequence;

    public ScriptedSession() => ChannelKeys.LoadControl(_control, Key);

    public static KdNetKey Key { get; } = Parse(KeyString);

    public PeerAddress Host { get; init; } = PeerAddress.FromIPv4(0x0A000001, 50000);

    public PeerAddress Target { get; set; } = PeerAddress.FromIPv4(0x0A000002, 50001);

    public byte Version { get; init; } = 4;

    /// <summary>Where the datagrams go; sessions can share one.</summary>
    public List<CapturedDatagram> Datagrams { get; init; } = [];

    public static KdNetKey Parse(string text)
    {
        Assert.Equal(KeyTextFault.None, KeyText.TryParse(text, out KdNetKey key, out _));
        return key;
    }

    public ScriptedSession SendPoke(byte boot = 7)
    {
        byte[] random = [0xE8, 0x07, 3, 0, 9, 0, 14, 0, 5, 0, 0x3B, 0, 0, 0, 6, 0, boot, 1, 2, 3, 4, 5, 6, 7];
        Poke.Write(_poke, 0x100 + ++_pokes, random, Target, Host, default);
        return Add(fromHost: false, Seal(_control, _poke, control: true, fromHost: false, _pokes));
    }

    public ScriptedSession Respond(byte seed = 1)
    {
        byte[] body = new byte[PokeResponse.BodySize];
        PokeResponse.Write(body, _poke, [.. Enumerable.Repeat(seed, PokeResponse.HostRandomSize)]);
        _data = new DatagramCipher();
        ChannelKeys.LoadData(_data, Key, body);
        (_hostSequence, _targetSequence) = (0, 0);
        return Add(fromHost: true, Seal(_control, body, control: true, fromHost: true, _pokes));
    }

    public ScriptedSession Check()
    {
        byte[] body = new byte[ConnectionCheck.BodySize];
        ConnectionCheck.Write(body, Host);
        return Data(fromHost: false, body);
    }

    public ScriptedSession Connect() => SendPoke().Respond().Check();

    public ScriptedSession Data(bool fromHost, byte[] body) =>
        Add(fromHost, Seal(_data, body, control: false, fromHost, fromHost ? ++_hostSequence : ++_targetSequence));

    public ScriptedSession Packet(bool fromHost, PacketType type, uint id, byte[] payload)
    {
        byte[] packet = new byte[PacketHeader.Size + payload.Length];
        payload.CopyTo(packet, PacketHeader.Size);
        PacketHeader.WriteData(packet, type, payload.Length, id);
        return Data(fromHost, packet);
    }

    public ScriptedSession ControlPacket(bool fromHost, PacketType type, uint id)
    {
        byte[] packet = new byte[PacketHeader.Size];
        PacketHeader.WriteControl(packet, type, id);
        return Data(fromHost, packet);
    }

    /// <summary>A call or a reply; the writer fills the union, more bytes follow it.</summary>
    public ScriptedSession Call(bool fromHost, uint id, ManipulateApi api, Action<byte[]>? union = null, byte[]? more = null, uint status = 0) =>
        Packet(fromHost, PacketType.StateManipulate, id, Manipulate(api, union, more, status));

    public static byte[] Manipulate(ManipulateApi api, Action<byte[]>? union = null, byte[]? more = null, uint status = 0)
    {
        byte[] payload = new byte[ManipulateHeader.Size + (more?.Length ?? 0)];
        ManipulateHeader header = default;
        header.Api = api;
        header.ReturnStatus = status;
        header.Write(payload);
        union?.Invoke(payload);
        more?.CopyTo(payload, ManipulateHeader.Size);
        return payload;
    }

    public ScriptedSession Skip(bool fromHost, int datagrams)
    {
        if (fromHost) _hostSequence += (ulong)datagrams;
        else _targetSequence += (ulong)datagrams;
        return this;
    }

    public ScriptedSession Add(bool fromHost, byte[] payload, int wireLength = 0)
    {
        Datagrams.Add(new CapturedDatagram
        {
            FrameNumber = Datagrams.Count + 1,
            Time = Start + Datagrams.Count * Step,
            Source = fromHost ? Host : Target,
            Destination = fromHost ? Target : Host,
            Payload = payload,
            WireLength = Math.Max(wireLength, payload.Length),
        });
        return this;
    }

    /// <summary>The datagrams as raw IP frames.</summary>
    public List<Frame> Frames()
    {
        List<Frame> frames = [];
        byte[] buffer = new byte[SyntheticFrame.MaxHeaders + SyntheticFrame.MaxPayload];
        foreach (CapturedDatagram datagram in Datagrams)
        {
            int length = SyntheticFrame.Write(buffer, LinkType.Raw, datagram.Source, datagram.Destination, datagram.Payload.Span);
            frames.Add(new Frame(datagram.Time, buffer[..length]));
        }

        return frames;
    }

    public List<DecodedPacket> Decode(params KdNetKey[] keys)
    {
        using SessionDecoder decoder = new(keys);
        return Decode(decoder);
    }

    public List<DecodedPacket> Decode(SessionDecoder decoder) => [.. Datagrams.Select(datagram => decoder.Decode(datagram)).OfType<DecodedPacket>()];

    /// <summary>The lines of all packets, decoded with the key.</summary>
    public string[] Lines() => [.. Decode(Key).Select(packet => PacketLine.Format(packet, Start))];

    private byte[] Seal(DatagramCipher cipher, byte[] body, bool control, bool fromHost, ulong sequence)
    {
        byte[] buffer = new byte[DatagramCodec.LargeSize];
        body.CopyTo(buffer, DatagramCodec.BodyOffset);
        return buffer[..DatagramCodec.Seal(cipher, buffer, body.Length, Version, control, fromHost, sequence)];
    }
}
