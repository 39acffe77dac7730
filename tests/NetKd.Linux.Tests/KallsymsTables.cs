using System.Buffers.Binary;
using System.Text;
using NetKd.Symbols;

namespace NetKd.Linux.Tests;

/// <summary>Where a kernel of some age has its tables.</summary>
internal enum TablesLayout
{
    /// <summary>4.6 to 6.1: offsets before the names, nothing between markers and tokens.</summary>
    OffsetsFirst,

    /// <summary>6.2 and 6.3: as before, and three bytes a name behind the markers.</summary>
    OffsetsFirstWithSequence,

    /// <summary>6.4 on: offsets, their base and three bytes a name behind the tokens.</summary>
    OffsetsLast,
}

/// <summary>
/// The tables of scripts/kallsyms in a memory with holes. Its tokens are few and whole, so that many names cost little to lay down; offsets may be from
/// the base on, or negative ones that count down from -1 (CONFIG_KALLSYMS_ABSOLUTE_PERCPU).
/// </summary>
internal sealed class KallsymsTables : IAddressReader
{
    public const ulong Start = 0xFFFFFFFF_81000000;
    public const ulong BannerAddress = Start + 0x1000;
    public const uint ImageSize = 0x200_000;
    private const int TablesAt = 0x10_000;
    private const int PageSize = 4096;
    private readonly byte[] _bytes;

    public KallsymsTables(TablesLayout layout, bool absolute, IReadOnlyList<(char Type, string Name, ulong Address)> names)
    {
        List<byte> all = [.. new byte[TablesAt]];
        string[] tokens = [.. Enumerable.Range(0, 256).Select(i => i is > ' ' and < 127 ? ((char)i).ToString() : i == 200 ? "tfunction_" : $"q{i}")];
        if (layout != TablesLayout.OffsetsLast) PutOffsets();
        Put("count", BitConverter.GetBytes(names.Count));
        List<byte> text = [];
        List<byte> markers = [];
        for (int i = 0; i < names.Count; i++)
        {
            if (i % 256 == 0) markers.AddRange(BitConverter.GetBytes(text.Count));
            string name = names[i].Type + names[i].Name;
            List<byte> codes = [];
            for (int at = 0; at < name.Length;)
            {
                bool isFunction = string.CompareOrdinal(name, at, tokens[200], 0, tokens[200].Length) == 0;
                codes.Add(isFunction ? (byte)200 : (byte)name[at]);
                at += isFunction ? tokens[200].Length : 1;
            }

            if (codes.Count > 0x7F) text.AddRange([(byte)(0x80 | (codes.Count & 0x7F)), (byte)(codes.Count >> 7)]);
            else text.Add((byte)codes.Count);
            text.AddRange(codes);
        }

        Put("names", [.. text]);
        Put("markers", [.. markers]);
        byte[] sequence = [.. Enumerable.Range(0, names.Count).SelectMany(i => (byte[])[(byte)(i >> 16), (byte)(i >> 8), (byte)i])];
        if (layout == TablesLayout.OffsetsFirstWithSequence) Put("sequence", sequence);
        Put("tokens", Encoding.ASCII.GetBytes(string.Concat(tokens.Select(t => t + "\0"))));
        List<byte> index = [];
        int place = 0;
        foreach (string token in tokens)
        {
            index.AddRange(BitConverter.GetBytes((ushort)place));
            place += token.Length + 1;
        }

        Put("index", [.. index]);
        if (layout == TablesLayout.OffsetsLast)
        {
            PutOffsets();
            Put("sequence", sequence);
        }

        End = all.Count;
        all.AddRange(new byte[0x4000]);
        _bytes = [.. all];

        void PutOffsets()
        {
            byte[] offsets = new byte[4 * names.Count];
            for (int i = 0; i < names.Count; i++)
            {
                ulong address = names[i].Address;
                int offset = absolute ? address < Start ? (int)address : unchecked((int)(Start - 1 - address)) : (int)(address - Start);
                BinaryPrimitives.WriteInt32LittleEndian(offsets.AsSpan(4 * i), offset);
            }

            Put("offsets", offsets);
            Put("base", BitConverter.GetBytes(Start));
        }

        void Put(string part, byte[] bytes)
        {
            while (all.Count % 8 != 0) all.Add(0);
            Places[part] = all.Count;
            all.AddRange(bytes);
        }
    }

    /// <summary>Where each part begins.</summary>
    public Dictionary<string, int> Places { get; } = [];

    /// <summary>Where the last part ends.</summary>
    public int End { get; }

    public Span<byte> Bytes => _bytes;

    public ulong Size => (ulong)_bytes.Length;

    /// <summary>Pages, counted from the start, that cannot be read.</summary>
    public HashSet<int> Holes { get; } = [];

    public int Read(ulong address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address + (ulong)done - Start);
            if (at >= Size || Holes.Contains((int)at / PageSize)) break;
            int length = Math.Min(destination.Length - done, Math.Min(_bytes.Length - (int)at, PageSize - (int)at % PageSize));
            _bytes.AsSpan((int)at, length).CopyTo(destination[done..]);
            done += length;
        }

        return done;
    }

    /// <summary>Four names that every kernel has, one of them per processor or not, and functions.</summary>
    public static List<(char Type, string Name, ulong Address)> Names(int functions, bool perProcessor)
    {
        List<(char, string, ulong)> names = [(perProcessor ? 'A' : 'D', "current_task", perProcessor ? 0x1580 : Start + 0x1F0_000), ('T', "_text", Start), ('R', "linux_banner", BannerAddress), ('B', "_end", Start + ImageSize)];
        for (int i = 0; i < functions; i++) names.Add(('t', $"function_{i}{(i % 700 == 3 ? new string('y', 200) : "")}", Start + 0x2000 + 16 * (ulong)i));
        return names;
    }
}
