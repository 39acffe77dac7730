using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace NetKd.Symbols.Tests.Stores.Cabinet;

/// <summary>Makes cabinets of one file (Microsoft Cabinet Format), right or wrong as a test wants them.</summary>
internal sealed class CabinetBuilder
{
    private const int Frame = 32768;

    private readonly List<(byte[] Packed, int Unpacked)> _blocks = [];

    public string Name { get; init; } = "driver.pdb";

    public uint Length { get; set; }

    public ushort Compression { get; set; }

    public ushort Flags { get; set; }

    public ushort Files { get; set; } = 1;

    public bool WithChecksums { get; set; } = true;

    public byte Reserve { get; set; }

    public static CabinetBuilder Stored(byte[] content)
    {
        CabinetBuilder cabinet = new() { Length = (uint)content.Length };
        for (int at = 0; at < content.Length; at += Frame) cabinet.Block(content[at..Math.Min(at + Frame, content.Length)], Math.Min(Frame, content.Length - at));
        return cabinet;
    }

    /// <summary>MSZIP without references to earlier blocks, which the framework's deflater cannot make.</summary>
    public static CabinetBuilder MsZip(byte[] content)
    {
        CabinetBuilder cabinet = new() { Length = (uint)content.Length, Compression = 1 };
        for (int at = 0; at < content.Length; at += Frame)
        {
            using MemoryStream packed = new();
            packed.Write("CK"u8);
            int length = Math.Min(Frame, content.Length - at);
            using (DeflateStream deflater = new(packed, CompressionLevel.Optimal, leaveOpen: true)) deflater.Write(content, at, length);
            cabinet.Block(packed.ToArray(), length);
        }

        return cabinet;
    }

    public static CabinetBuilder Lzx(byte[] content, int windowBits, IEnumerable<(int Type, int Size)> blocks, int translationSize = 0)
    {
        CabinetBuilder cabinet = new() { Length = (uint)content.Length, Compression = (ushort)(3 | (windowBits << 8)) };
        foreach ((byte[] packed, int unpacked) in new LzxEncoder(content, windowBits, translationSize).Encode(blocks)) cabinet.Block(packed, unpacked);
        return cabinet;
    }

    public CabinetBuilder Block(byte[] packed, int unpacked)
    {
        _blocks.Add((packed, unpacked));
        return this;
    }

    public byte[] Build()
    {
        byte[] name = [.. Encoding.ASCII.GetBytes(Name), 0];
        bool reserves = Reserve > 0;
        int headerBytes = 36 + (reserves ? 4 + Reserve : 0);
        int filesAt = headerBytes + 8 + (reserves ? Reserve : 0);
        int dataAt = filesAt + 16 + name.Length;
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write("MSCF"u8);
        writer.Write(new byte[4]);
        writer.Write(dataAt + _blocks.Sum(b => 8 + Reserve + b.Packed.Length));
        writer.Write(0);
        writer.Write(filesAt);
        writer.Write(0);
        writer.Write((byte)3);
        writer.Write((byte)1);
        writer.Write((ushort)1);
        writer.Write(Files);
        writer.Write((ushort)(Flags | (reserves ? 4 : 0)));
        writer.Write(0);
        if (reserves)
        {
            writer.Write((ushort)Reserve);
            writer.Write(Reserve);
            writer.Write(Reserve);
            writer.Write(new byte[Reserve]);
        }

        writer.Write(dataAt);
        writer.Write((ushort)_blocks.Count);
        writer.Write(Compression);
        writer.Write(new byte[Reserve]);
        writer.Write(Length);
        writer.Write(0);
        writer.Write((ushort)0);
        writer.Write(new byte[6]);
        writer.Write(name);
        foreach ((byte[] packed, int unpacked) in _blocks)
        {
            byte[] header = new byte[4 + Reserve];
            BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)packed.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), (ushort)unpacked);
            writer.Write(WithChecksums ? Checksum(header, Checksum(packed, 0)) : 0);
            writer.Write(header);
            writer.Write(packed);
        }

        return stream.ToArray();
    }

    private static uint Checksum(byte[] bytes, uint sum)
    {
        int whole = bytes.Length & ~3;
        for (int i = 0; i < whole; i += 4) sum ^= BitConverter.ToUInt32(bytes, i);
        uint rest = 0;
        for (int i = whole; i < bytes.Length; i++) rest = rest << 8 | bytes[i];
        return sum ^ rest;
    }
}
