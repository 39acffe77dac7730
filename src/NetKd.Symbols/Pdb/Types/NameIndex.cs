using System.Buffers;
using NetKd.Symbols.Pdb.Names;
using NetKd.Symbols.Pdb.Symbols;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>
/// Definitions by a hash of their names, made by one walk over the records: all of them where the file has no hashes, else those only that its
/// hashes do not find by name, which are the types within functions and unnamed ones. 8 bytes a name.
/// </summary>
internal sealed class NameIndex
{
    private readonly uint[] _hashes;
    private readonly uint[] _indices;

    private NameIndex(uint[] hashes, uint[] indices)
    {
        _hashes = hashes;
        _indices = indices;
    }

    public static NameIndex Build(TypeStream stream)
    {
        List<uint> hashes = [], indices = [];
        if (stream.FirstIndex == stream.EndIndex) return new NameIndex([], []);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(RecordCursor.Walk);
        RecordCursor window = stream.Window(bytes);
        TypeStream.Cursor cursor = default;
        while (stream.TryNext(ref cursor, ref window, out uint index, out ushort leaf, out ReadOnlySpan<byte> content))
        {
            if (!TagRecord.TryRead(leaf, content, out TagRecord record) || record.IsForwardReference || (stream.Names is not null && !record.IsScoped && !record.IsUnnamed)) continue;
            hashes.Add(NameHash.Compute(record.Name));
            indices.Add(index);
            if (record.UniqueName.IsEmpty) continue;
            hashes.Add(NameHash.Compute(record.UniqueName));
            indices.Add(index);
        }

        ArrayPool<byte>.Shared.Return(bytes);
        uint[] keys = [.. hashes], items = [.. indices];
        Array.Sort(keys, items);
        return new NameIndex(keys, items);
    }

    /// <summary>The next definition whose name or unique name may be this one. <paramref name="position"/> is where to go on, 0 at first.</summary>
    public bool TryNext(ReadOnlySpan<byte> name, ref int position, out uint index)
    {
        uint hash = NameHash.Compute(name);
        if (position == 0) position = FirstAtLeast(hash);
        bool found = position < _hashes.Length && _hashes[position] == hash;
        index = found ? _indices[position++] : 0;
        return found;
    }

    private int FirstAtLeast(uint hash)
    {
        int low = 0, high = _hashes.Length;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            if (_hashes[middle] < hash) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
