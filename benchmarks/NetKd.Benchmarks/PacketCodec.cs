using BenchmarkDotNet.Attributes;
using NetKd.Protocol.Kd;
using NetKd.Protocol.Net;

namespace NetKd.Benchmarks;

/// <summary>One KD packet into a datagram and back: framing, encryption, MAC, checksum. Steady state must allocate nothing.</summary>
[MemoryDiagnoser]
public class PacketCodec
{
    private readonly DatagramCipher _seal = new();
    private readonly DatagramCipher _open = new();
    private readonly byte[] _datagram = new byte[DatagramCodec.MaxSize];
    private readonly byte[] _plaintext = new byte[DatagramCodec.MaxSize];
    private byte[] _sealed = [];
    private ulong _sequence;

    /// <summary>Payload bytes: a request without data, and the largest reply.</summary>
    [Params(ManipulateHeader.Size, PayloadLimits.Net)]
    public int Payload { get; set; }

    /// <summary>Loads the keys and makes a datagram to open.</summary>
    [GlobalSetup]
    public void Setup()
    {
        KdNetKey key = KeyTextFormat.Generate();
        byte[] response = new byte[PokeResponse.BodySize];
        ChannelKeys.LoadData(_seal, key, response);
        ChannelKeys.LoadData(_open, key, response);
        _sealed = _datagram[..Seal()];
    }

    /// <summary>Composes, seals.</summary>
    [Benchmark]
    public int Seal()
    {
        Span<byte> packet = _datagram.AsSpan(DatagramCodec.BodyOffset);
        PacketHeader.WriteData(packet, PacketType.StateManipulate, Payload, PacketIds.NetHostInitial);
        return DatagramCodec.Seal(_seal, _datagram, PacketHeader.Size + Payload, 4, control: false, fromHost: true, ++_sequence);
    }

    /// <summary>Inspects, authenticates, decrypts, checks.</summary>
    [Benchmark]
    public PacketFault Open()
    {
        DatagramCodec.Inspect(_sealed, out _, out _);
        DatagramFault fault = DatagramCodec.Open(_open, _sealed, _plaintext, fromHost: true, out DatagramInfo info);
        if (fault != DatagramFault.None) throw new InvalidOperationException($"{fault}");
        return PacketHeader.TryRead(_plaintext.AsSpan(info.BodyOffset, info.BodyLength), out _);
    }
}
