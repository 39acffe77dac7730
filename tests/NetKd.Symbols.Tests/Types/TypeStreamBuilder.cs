using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using NetKd.Symbols.Tests.Msf;

namespace NetKd.Symbols.Tests.Types;

/// <summary>Makes PDB files of type records: a TPI stream, and the hash stream that goes with it.</summary>
internal sealed class TypeStreamBuilder
{
    public const uint FirstIndex = 0x1000;
    private const uint Buckets = 0x3ffff;
    private const int HashStream = 5;

    private readonly ArrayBufferWriter<byte> _records = new();
    private readonly List<uint> _hashes = [];
    private readonly List<uint> _offsets = [];
    private int _nextOffset;

    /// <summary>Leaves the hash stream away, as old files do.</summary>
    public bool WithoutHashes { get; init; }

    /// <summary>Index of the next record.</summary>
    public uint Next => FirstIndex + (uint)_hashes.Count;

    /// <summary>Adds a record; a name gives it its hash.</summary>
    public uint Add(ushort leaf, byte[] content, string name = "")
    {
        int padding = -(content.Length + 4) & 3;
        if (_records.WrittenCount >= _nextOffset)
        {
            _offsets.AddRange([Next, (uint)_records.WrittenCount]);
            _nextOffset = _records.WrittenCount + 8192;
        }

        Span<byte> start = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(start, (ushort)(content.Length + 2 + padding));
        BinaryPrimitives.WriteUInt16LittleEndian(start[2..], leaf);
        _records.Write(start);
        _records.Write(content);
        for (int i = padding; i > 0; i--) _records.Write([(byte)(0xf0 + i)]);
        _hashes.Add(Hash(name) % Buckets);
        return Next - 1;
    }

    public uint AddPointer(uint target) => Add(0x1002, [.. Word(target), .. Word(0x1000c)]);

    public uint AddArguments(params uint[] types) => Add(0x1201, [.. Word((uint)types.Length), .. types.SelectMany(Word)]);

    public uint AddProcedure(uint result, uint arguments) => Add(0x1008, [.. Word(result), 0, 0, 1, 0, .. Word(arguments)]);

    public uint AddFieldList(params byte[][] members) => Add(0x1203, [.. members.SelectMany(m => m)]);

    public uint AddStructure(string name, uint fields, ushort size, ushort options = 0) =>
        Add(0x1505, [0, 0, .. Half(options), .. Word(fields), .. Word(0), .. Word(0), .. Half(size), .. Text(name)], name);

    public uint AddEnum(string name, uint underlying, uint fields) => Add(0x1507, [0, 0, 0, 0, .. Word(underlying), .. Word(fields), .. Text(name)], name);

    public static byte[] Member(string name, uint type, ushort offset) => Aligned([.. Half(0x150d), .. Half(3), .. Word(type), .. Half(offset), .. Text(name)]);

    public static byte[] Continuation(uint list) => [.. Half(0x1404), 0, 0, .. Word(list)];

    /// <summary>The file. Streams 2 and 5 are the types and their hashes.</summary>
    public byte[] Build()
    {
        byte[] hashes = [.. _hashes.SelectMany(Word)], offsets = [.. _offsets.SelectMany(Word)];
        byte[] header =
        [
            .. Word(20040203), .. Word(56), .. Word(FirstIndex), .. Word(Next), .. Word((uint)_records.WrittenCount),
            .. Half(WithoutHashes ? ushort.MaxValue : (ushort)HashStream), .. Half(ushort.MaxValue), .. Word(4), .. Word(Buckets),
            .. Word(0), .. Word((uint)hashes.Length), .. Word((uint)hashes.Length), .. Word((uint)offsets.Length), .. Word(0), .. Word(0),
        ];
        return new MsfBuilder(4096).Add([]).Add([]).Add([.. header, .. _records.WrittenSpan]).Add([]).Add([]).Add([.. hashes, .. offsets]).Build();
    }

    public static byte[] Word(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];

    public static byte[] Half(ushort value) => [(byte)value, (byte)(value >> 8)];

    public static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private static byte[] Aligned(byte[] member) => [.. member, .. Enumerable.Range(0, -member.Length & 3).Reverse().Select(i => (byte)(0xf1 + i))];

    // As LLVM's documentation describes it, written down a second time so that an error would have to be made twice.
    private static uint Hash(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        uint hash = 0;
        int at = 0;
        for (; at + 4 <= bytes.Length; at += 4) hash ^= BitConverter.ToUInt32(bytes, at);
        if (at + 2 <= bytes.Length)
        {
            hash ^= BitConverter.ToUInt16(bytes, at);
            at += 2;
        }

        if (at < bytes.Length) hash ^= bytes[at];
        hash |= 0x20202020u;
        hash ^= hash >> 11;
        return hash ^ hash >> 16;
    }
}
