using System.Text;

namespace NetKd.Linux.Btf;

/// <summary>The names of one file's types, functions and variables, found by their hashes. Immutable.</summary>
internal sealed class BtfNames
{
    private readonly BtfTypes _types;
    private readonly uint[] _hashes;
    private readonly uint[] _indices;

    private BtfNames(BtfTypes types, uint[] hashes, uint[] indices)
    {
        _types = types;
        _hashes = hashes;
        _indices = indices;
    }

    public static bool IsType(BtfKind kind) =>
        kind is BtfKind.Structure or BtfKind.Union or BtfKind.Enumeration or BtfKind.Enumeration64 or BtfKind.Typedef or BtfKind.Integer or BtfKind.Float;

    public static bool IsFunction(BtfKind kind) => kind == BtfKind.Function;

    public static bool IsVariable(BtfKind kind) => kind == BtfKind.Variable;

    public static BtfNames Of(BtfTypes types)
    {
        List<uint> hashes = [], indices = [];
        for (uint index = types.FirstIndex; index < types.EndIndex; index++)
        {
            if (!types.TryRead(index, out BtfRecord record) || !(IsType(record.Kind) || IsFunction(record.Kind) || IsVariable(record.Kind))) continue;
            ReadOnlySpan<byte> name = types.Text(record.NameOffset);
            if (name.IsEmpty) continue;
            hashes.Add(Hash(name));
            indices.Add(index);
        }

        uint[] sorted = [.. hashes], order = [.. indices];
        Array.Sort(sorted, order);
        return new BtfNames(types, sorted, order);
    }

    /// <summary>The first type of a name and of a wanted kind; 0 for none.</summary>
    public uint Find(string name, Func<BtfKind, bool> isWanted) => Find(Encoding.UTF8.GetBytes(name), isWanted);

    public uint Find(ReadOnlySpan<byte> name, Func<BtfKind, bool> isWanted)
    {
        uint hash = Hash(name), best = 0;
        int at = Array.BinarySearch(_hashes, hash);
        while (at > 0 && _hashes[at - 1] == hash) at--;
        for (; at >= 0 && at < _hashes.Length && _hashes[at] == hash; at++)
        {
            if (!_types.TryRead(_indices[at], out BtfRecord record) || !isWanted(record.Kind) || !_types.Text(record.NameOffset).SequenceEqual(name)) continue;
            // A structure beats a typedef of its name, which would lead to it; else the first in the file.
            bool isBetter = best == 0 || (record.Kind != BtfKind.Typedef, best).CompareTo((IsTypedef(best), _indices[at])) > 0;
            if (isBetter) best = _indices[at];
        }

        return best;
    }

    private bool IsTypedef(uint index) => !_types.TryRead(index, out BtfRecord record) || record.Kind != BtfKind.Typedef;

    // FNV-1a.
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        uint hash = 2166136261;
        foreach (byte b in name) hash = (hash ^ b) * 16777619;
        return hash;
    }
}
