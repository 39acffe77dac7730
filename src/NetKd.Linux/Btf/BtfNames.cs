using System.Text;

namespace NetKd.Linux.Btf;

/// <summary>The names of one file's types, functions and variables, found by their hashes. Immutable.</summary>
internal sealed class BtfNames
{
    // Others of the same hash and group are looked at up to here. A kernel's file has one or two; one that is made to be slow has any number.
    private const int MaxCandidates = 64;

    private const int IndexBits = 28;
    private const uint IndexMask = (1u << IndexBits) - 1;

    private readonly BtfTypes _types;

    // Hash, group, index, from the upper bits down: a group's names lie together, the file's first one in front.
    private readonly ulong[] _keys;

    private BtfNames(BtfTypes types, ulong[] keys)
    {
        _types = types;
        _keys = keys;
    }

    /// <summary>Reads every record once.</summary>
    public static BtfNames Of(BtfTypes types)
    {
        ulong[] keys = new ulong[types.EndIndex - types.FirstIndex];
        int count = 0;
        for (uint index = types.FirstIndex; index < types.EndIndex; index++)
        {
            if (!types.TryRead(index, out BtfRecord record) || BtfNameGroups.Of(record.Kind) is not BtfNameGroup group) continue;
            ReadOnlySpan<byte> name = types.Text(record.NameOffset);
            if (!name.IsEmpty) keys[count++] = Key(Hash(name), group, index - types.FirstIndex);
        }

        Array.Resize(ref keys, count);
        Array.Sort(keys);
        return new BtfNames(types, keys);
    }

    /// <summary>The index of a group's first name in the file; 0 for none.</summary>
    public uint Find(ReadOnlySpan<byte> name, BtfNameGroup group)
    {
        ulong first = Key(Hash(name), group, 0);
        int at = Array.BinarySearch(_keys, first);
        if (at < 0) at = ~at;
        int end = Math.Min(_keys.Length, at + MaxCandidates);
        for (; at < end && _keys[at] >> IndexBits == first >> IndexBits; at++)
        {
            uint index = _types.FirstIndex + (uint)(_keys[at] & IndexMask);
            if (_types.TryRead(index, out BtfRecord record) && _types.Text(record.NameOffset).SequenceEqual(name)) return index;
        }

        return 0;
    }

    /// <summary>The index of a type; a structure beats a typedef of its name, which would lead to it. 0 for none.</summary>
    public uint FindType(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        for (BtfNameGroup group = BtfNameGroup.Structure; group <= BtfNameGroup.Typedef; group++)
        {
            if (Find(bytes, group) is not 0 and uint index) return index;
        }

        return 0;
    }

    private static ulong Key(uint hash, BtfNameGroup group, uint index) => (ulong)hash << 32 | (ulong)group << IndexBits | index;

    // FNV-1a.
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        uint hash = 2166136261;
        foreach (byte b in name) hash = unchecked((hash ^ b) * 16777619);
        return hash;
    }
}
