using System.Buffers.Binary;

namespace NetKd.Symbols.Tests.Msf;

/// <summary>Makes MSF files: streams whose blocks are scattered, as a linker that rewrites its PDB leaves them.</summary>
internal sealed class MsfBuilder(int blockSize)
{
    private readonly List<byte[]> _streams = [];

    public uint? DirectoryBytes { get; set; }

    public MsfBuilder Add(byte[] stream)
    {
        _streams.Add(stream);
        return this;
    }

    /// <summary>The file's bytes. Blocks are dealt to the streams in turns, so that no stream of two blocks lies in one run.</summary>
    public byte[] Build()
    {
        List<byte[]> blocks = [new byte[blockSize], new byte[blockSize], new byte[blockSize]];
        List<uint>[] owned = [.. _streams.Select(_ => new List<uint>())];
        for (int round = 0; _streams.Exists(s => round * blockSize < s.Length); round++)
        {
            for (int i = 0; i < _streams.Count; i++)
            {
                if (round * blockSize < _streams[i].Length) owned[i].Add(Append(blocks, _streams[i].AsSpan(round * blockSize)));
            }
        }

        List<uint> directory = [(uint)_streams.Count, .. _streams.Select(s => (uint)s.Length), .. owned.SelectMany(o => o)];
        byte[] bytes = Words(directory);
        List<uint> directoryBlocks = [];
        for (int at = 0; at < bytes.Length; at += blockSize) directoryBlocks.Add(Append(blocks, bytes.AsSpan(at)));
        byte[] map = Words(directoryBlocks);
        List<uint> mapBlocks = [];
        for (int at = 0; at < map.Length; at += blockSize) mapBlocks.Add(Append(blocks, map.AsSpan(at)));

        Span<byte> header = blocks[0];
        "Microsoft C/C++ MSF 7.00\r\n\x1a"u8.CopyTo(header);
        "DS"u8.CopyTo(header[27..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[32..], (uint)blockSize);
        BinaryPrimitives.WriteUInt32LittleEndian(header[36..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], (uint)blocks.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(header[44..], DirectoryBytes ?? (uint)bytes.Length);
        for (int i = 0; i < mapBlocks.Count; i++) BinaryPrimitives.WriteUInt32LittleEndian(header[(52 + 4 * i)..], mapBlocks[i]);
        return [.. blocks.SelectMany(b => b)];
    }

    private uint Append(List<byte[]> blocks, ReadOnlySpan<byte> content)
    {
        byte[] block = new byte[blockSize];
        content[..Math.Min(blockSize, content.Length)].CopyTo(block);
        blocks.Add(block);
        return (uint)blocks.Count - 1;
    }

    private static byte[] Words(List<uint> values)
    {
        byte[] bytes = new byte[values.Count * 4];
        for (int i = 0; i < values.Count; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), values[i]);
        return bytes;
    }
}
