using System.Net;
using System.Net.Sockets;
using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;

namespace NetKd.Transport.Tests;

/// <summary>A target made of single datagrams, so that a test can send any and see what comes back.</summary>
internal sealed class RawTarget : IDisposable
{
    private readonly KdNetKey _key;
    private readonly DatagramCipher _control = new();
    private readonly DatagramCipher _data = new();
    private readonly IPEndPoint _host;
    private readonly byte[] _identity = new byte[Poke.TargetRandomSize];
    private ulong _nonce = 100;
    private ulong _sequence;

    public RawTarget(int port, string key, byte identity = 1, IPAddress? address = null)
    {
        KeyText.TryParse(key, out _key, out _);
        ChannelKeys.LoadControl(_control, _key);
        _identity.AsSpan().Fill(identity);
        _host = new IPEndPoint(address ?? IPAddress.Loopback, port);
        Socket = new Socket(_host.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        Socket.Bind(new IPEndPoint(address ?? IPAddress.Loopback, 0));
    }

    public Socket Socket { get; private set; }

    public byte[] MakePoke(byte version = 4)
    {
        byte[] datagram = new byte[DatagramCodec.MaxSize];
        PeerAddress nowhere = default;
        Poke.Write(datagram.AsSpan(DatagramCodec.BodyOffset), ++_nonce, _identity, nowhere, nowhere, nowhere);
        return datagram[..DatagramCodec.Seal(_control, datagram, Poke.BodySize, version, control: true, fromHost: false, _nonce)];
    }

    public byte[] MakeControl(ReadOnlySpan<byte> body)
    {
        byte[] datagram = new byte[DatagramCodec.MaxSize];
        body.CopyTo(datagram.AsSpan(DatagramCodec.BodyOffset));
        return datagram[..DatagramCodec.Seal(_control, datagram, body.Length, 4, control: true, fromHost: false, ++_nonce)];
    }

    public byte[] MakeData(ReadOnlySpan<byte> body, ulong? sequence = null)
    {
        byte[] datagram = new byte[DatagramCodec.MaxSize];
        body.CopyTo(datagram.AsSpan(DatagramCodec.BodyOffset));
        return datagram[..DatagramCodec.Seal(_data, datagram, body.Length, 4, control: false, fromHost: false, sequence ?? ++_sequence)];
    }

    public byte[] MakePacket(PacketType type, uint id, ReadOnlySpan<byte> payload)
    {
        byte[] packet = new byte[PacketHeader.Size + payload.Length];
        payload.CopyTo(packet.AsSpan(PacketHeader.Size));
        PacketHeader.WriteData(packet, type, payload.Length, id);
        return MakeData(packet);
    }

    public void Send(byte[] datagram) => Socket.SendTo(datagram, _host);

    /// <summary>Goes on from another port, as behind address translation.</summary>
    public void Move()
    {
        Socket.Dispose();
        Socket = new Socket(_host.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        Socket.Bind(new IPEndPoint(_host.Address, 0));
    }

    /// <summary>The next datagram, or null when none comes in time.</summary>
    public byte[]? Receive(int milliseconds = 500)
    {
        if (!Socket.Poll(milliseconds * 1000, SelectMode.SelectRead)) return null;
        byte[] buffer = new byte[DatagramCodec.MaxSize];
        return buffer[..Socket.Receive(buffer)];
    }

    /// <summary>Takes a response to a poke and loads the data key that it makes.</summary>
    public void TakeResponse(byte[] datagram)
    {
        byte[] plaintext = new byte[DatagramCodec.MaxSize];
        Assert.Equal(DatagramFault.None, DatagramCodec.Open(_control, datagram, plaintext, fromHost: true, out DatagramInfo info));
        Assert.Equal(PokeResponse.BodySize, info.BodyLength);
        ChannelKeys.LoadData(_data, _key, plaintext.AsSpan(info.BodyOffset, info.BodyLength));
        _sequence = 0;
    }

    /// <summary>The KD packet header within a datagram of the host.</summary>
    public PacketHeader ReadPacket(byte[] datagram)
    {
        byte[] plaintext = new byte[DatagramCodec.MaxSize];
        Assert.Equal(DatagramFault.None, DatagramCodec.Open(_data, datagram, plaintext, fromHost: true, out DatagramInfo info));
        Assert.Equal(PacketFault.None, PacketHeader.TryRead(plaintext.AsSpan(info.BodyOffset, info.BodyLength), out PacketHeader header));
        return header;
    }

    public void Dispose() => Socket.Dispose();
}
