using System.Buffers.Binary;
using System.Text;

namespace NetKd.Linux.Tests;

/// <summary>Makes BTF by hand, record by record; each call gives the record's number.</summary>
internal sealed class BtfBuilder(uint first = 1, uint firstString = 0)
{
    private readonly List<byte> _types = [];
    private readonly List<byte> _strings = [0];
    private uint _next = first;

    public uint Integer(string name, uint size, uint encoding = 0, uint bits = 0) => Record(name, 1, 0, false, size, encoding << 24 | (bits == 0 ? 8 * size : bits));

    public uint Pointer(uint to) => Record("", 2, 0, false, to);

    public uint Array(uint element, uint count) => Record("", 3, 0, false, 0, element, 0, count);

    public uint Structure(string name, uint size, params (string Name, uint Type, uint Bit)[] members) => Composite(4, name, size, false, members);

    public uint StructureWithBits(string name, uint size, params (string Name, uint Type, uint Bit)[] members) => Composite(4, name, size, true, members);

    public uint Union(string name, uint size, params (string Name, uint Type, uint Bit)[] members) => Composite(5, name, size, false, members);

    public uint Enumeration(string name, bool isSigned, params (string Name, int Value)[] values) =>
        Record(name, 6, values.Length, isSigned, 4, [.. values.SelectMany(v => (uint[])[Text(v.Name), (uint)v.Value])]);

    public uint Enumeration64(string name, params (string Name, long Value)[] values) =>
        Record(name, 19, values.Length, true, 8, [.. values.SelectMany(v => (uint[])[Text(v.Name), (uint)v.Value, (uint)(v.Value >> 32)])]);

    public uint Forward(string name, bool isUnion = false) => Record(name, 7, 0, isUnion, 0);

    public uint Typedef(string name, uint type) => Record(name, 8, 0, false, type);

    public uint Volatile(uint type) => Record("", 9, 0, false, type);

    public uint Const(uint type) => Record("", 10, 0, false, type);

    public uint Function(string name, uint prototype) => Record(name, 12, 0, false, prototype);

    public uint Prototype(uint returns, params uint[] parameters) => Record("", 13, parameters.Length, false, returns, [.. parameters.SelectMany(p => (uint[])[0, p])]);

    public uint Variable(string name, uint type) => Record(name, 14, 0, false, type, 1);

    public uint OfKind(int kind) => Record("", kind, 0, false, 0);

    public byte[] Build(byte version = 1)
    {
        byte[] header = new byte[24];
        BinaryPrimitives.WriteUInt16LittleEndian(header, 0xEB9F);
        header[2] = version;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), 24);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), _types.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), _types.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), _strings.Count);
        return [.. header, .. _types, .. _strings];
    }

    private uint Composite(int kind, string name, uint size, bool hasBits, (string Name, uint Type, uint Bit)[] members) =>
        Record(name, kind, members.Length, hasBits, size, [.. members.SelectMany(m => (uint[])[Text(m.Name), m.Type, m.Bit])]);

    private uint Record(string name, int kind, int count, bool flag, uint sizeOrType, params uint[] data)
    {
        foreach (uint word in (uint[])[Text(name), (uint)count | (uint)kind << 24 | (flag ? 1u << 31 : 0), sizeOrType, .. data])
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
            _types.AddRange(bytes);
        }

        return _next++;
    }

    private uint Text(string name)
    {
        if (name.Length == 0) return 0;
        uint offset = firstString + (uint)_strings.Count;
        _strings.AddRange(Encoding.ASCII.GetBytes(name + "\0"));
        return offset;
    }
}
