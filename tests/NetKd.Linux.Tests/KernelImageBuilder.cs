using System.Buffers.Binary;
using System.Text;
using NetKd.Symbols;

namespace NetKd.Linux.Tests;

/// <summary>A kernel's memory with its own names in it, as the kernel's build lays them out (kernel source: scripts/kallsyms).</summary>
internal sealed class KernelImageBuilder
{
    public const ulong Start = 0xFFFFFFFF_92A00000;
    public const ulong BannerAddress = Start + 0x1000;
    public const string Banner = "Linux version 6.1.0-99-test (someone@somewhere) #1";
    private const int TablesOffset = 0x20_000;
    private const int Size = 0x100_000;

    private readonly byte[] _bytes = new byte[Size];

    /// <summary>The names: a letter before each, and where it is.</summary>
    public List<(string Name, ulong Address)> Names { get; } = [("A per_processor", 0x1580), ("T _text", Start), ("R linux_banner", BannerAddress), ("T _end", Start + Size)];

    /// <summary>Where the parts were put.</summary>
    public Dictionary<string, int> Places { get; } = [];

    public byte[] Bytes => _bytes;

    /// <summary>Pages that cannot be read.</summary>
    public HashSet<ulong> Holes { get; } = [Start + 0x5000, Start + 0x1F000];

    public IAddressReader Memory => new Reader(this);

    public KernelImageBuilder(bool offsetsLast, int names = 6000)
    {
        Random random = new(5);
        for (int i = 0; i < names; i++) Names.Add(($"t function_{i}_{random.Next():x}{(i % 500 == 0 ? new string('y', 180) : "")}", Start + 0x2000 + (ulong)(i * 16)));
        Encoding.ASCII.GetBytes(Banner).CopyTo(_bytes.AsSpan(0x1000));
        string[] tokens = [.. Enumerable.Range(0, 256).Select(i => i is >= ' ' and < 127 ? ((char)i).ToString() : i >= 200 ? $"function_{i % 10}" : $"t{i}")];
        int at = TablesOffset;
        if (!offsetsLast) PutOffsets(ref at);
        Put(ref at, "count", BitConverter.GetBytes(Names.Count));
        (byte[] compressed, byte[] markers) = Compress(tokens);
        Put(ref at, "names", compressed);
        Put(ref at, "markers", markers);
        if (!offsetsLast) Put(ref at, "sequence", new byte[3 * Names.Count]);
        Put(ref at, "tokens", Encoding.ASCII.GetBytes(string.Concat(tokens.Select(t => t + "\0"))));
        byte[] index = new byte[512];
        for (int i = 0, place = 0; i < 256; place += tokens[i].Length + 1, i++) BinaryPrimitives.WriteUInt16LittleEndian(index.AsSpan(2 * i), (ushort)place);
        Put(ref at, "index", index);
        if (offsetsLast) PutOffsets(ref at);
    }

    private void PutOffsets(ref int at)
    {
        byte[] offsets = new byte[4 * Names.Count];
        for (int i = 0; i < Names.Count; i++)
        {
            // Below the image an offset is the address itself; else it counts down from -1.
            ulong address = Names[i].Address;
            BinaryPrimitives.WriteInt32LittleEndian(offsets.AsSpan(4 * i), address < Start ? (int)address : (int)(Start - 1 - address));
        }

        Put(ref at, "offsets", offsets);
        Put(ref at, "base", BitConverter.GetBytes(Start));
    }

    private (byte[] Names, byte[] Markers) Compress(string[] tokens)
    {
        List<byte> names = [], markers = [];
        for (int i = 0; i < Names.Count; i++)
        {
            if (i % 256 == 0) markers.AddRange(BitConverter.GetBytes(names.Count));
            List<byte> coded = [];
            string name = Names[i].Name.Remove(1, 1);
            for (int from = 0; from < name.Length;)
            {
                int best = Enumerable.Range(0, 256).Where(t => string.CompareOrdinal(name, from, tokens[t], 0, tokens[t].Length) == 0).MaxBy(t => tokens[t].Length);
                coded.Add((byte)best);
                from += tokens[best].Length;
            }

            if (coded.Count < 0x80) names.Add((byte)coded.Count);
            else names.AddRange([(byte)(0x80 | coded.Count & 0x7F), (byte)(coded.Count >> 7)]);
            names.AddRange(coded);
        }

        return ([.. names], [.. markers]);
    }

    private void Put(ref int at, string part, byte[] bytes)
    {
        at = (at + 7) & ~7;
        Places[part] = at;
        bytes.CopyTo(_bytes.AsSpan(at));
        at += bytes.Length;
    }

    private sealed class Reader(KernelImageBuilder image) : IAddressReader
    {
        public int Read(ulong address, Span<byte> destination)
        {
            int done = 0;
            for (; done < destination.Length; done++)
            {
                ulong at = unchecked(address + (ulong)done - Start);
                if (at >= Size || image.Holes.Contains((address + (ulong)done) & ~0xFFFul)) break;
                destination[done] = image._bytes[at];
            }

            return done;
        }
    }
}
