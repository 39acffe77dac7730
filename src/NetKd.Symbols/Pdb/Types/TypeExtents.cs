using System.Collections.Concurrent;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>
/// How deep and how large the types are that consist of other types: a damaged file may make a pointer point to itself, or a function take
/// functions that take functions. What is beyond the limits is not decoded, so that names end. Safe to use from several threads.
/// </summary>
internal sealed class TypeExtents(TypeStream stream)
{
    private const int MaxDepth = 64;
    private const int MaxBytes = 1 << 17;
    private const int MaxKnown = 1 << 15;
    private const int MaxParameters = 1024;

    private readonly ConcurrentDictionary<uint, Extent> _known = new(concurrencyLevel: 1, capacity: 31);

    /// <param name="Depth">Records from here to a type that consists of no other.</param>
    /// <param name="Bytes">About how long its name is.</param>
    private readonly record struct Extent(int Depth, int Bytes)
    {
        public static readonly Extent Simple = new(0, 24);
        public static readonly Extent TooMuch = new(MaxDepth + 1, MaxBytes + 1);

        public bool IsBounded => Depth <= MaxDepth && Bytes <= MaxBytes;

        public Extent With(Extent other) => new(Math.Max(Depth, other.Depth), Math.Min(Bytes + other.Bytes, TooMuch.Bytes));
    }

    /// <summary>True when a type may be decoded.</summary>
    public bool IsBounded(uint index) => Measure(index, 0).IsBounded;

    private Extent Measure(uint index, int depth)
    {
        if (index < SimpleTypes.End) return Extent.Simple;
        if (depth > MaxDepth) return Extent.TooMuch;
        if (_known.TryGetValue(index, out Extent known)) return known;
        Extent extent = MeasureRecord(index, depth);
        if (_known.Count >= MaxKnown) _known.Clear();
        _known[index] = extent;
        return extent;
    }

    private Extent MeasureRecord(uint index, int depth)
    {
        if (!stream.TryGet(index, out ushort leaf, out ReadOnlySpan<byte> content)) return Extent.Simple;
        if (TagRecord.TryRead(leaf, content, out TagRecord tag)) return new Extent(0, tag.Name.Length + 1);
        RecordReader reader = new(content);
        Extent extent = Extent.Simple;
        switch (leaf)
        {
            case TypeLeaf.Modifier or TypeLeaf.Pointer or TypeLeaf.Array or TypeLeaf.BitField or TypeLeaf.Alias or TypeLeaf.Vector:
                extent = extent.With(Measure(reader.UInt32(), depth + 1));
                if (leaf == TypeLeaf.Pointer && CompositeTypes.TryReadMemberPointerClass(content, out uint owner)) extent = extent.With(Measure(owner, depth + 1));
                break;
            case TypeLeaf.Procedure:
                extent = Measure(reader.UInt32(), depth + 1);
                reader.Skip(4);
                extent = MeasureParameters(extent, reader.UInt32(), depth);
                break;
            case TypeLeaf.MemberFunction:
                extent = Measure(reader.UInt32(), depth + 1);
                reader.Skip(12);
                extent = MeasureParameters(extent, reader.UInt32(), depth);
                break;
            default:
                return Extent.Simple;
        }

        return extent with { Depth = extent.Depth + 1 };
    }

    private Extent MeasureParameters(Extent extent, uint list, int depth)
    {
        List<uint> parameters = CompositeTypes.ReadParameters(stream, list);
        if (parameters.Count > MaxParameters) return Extent.TooMuch;
        foreach (uint parameter in parameters)
        {
            extent = extent.With(Measure(parameter, depth + 1));
            if (!extent.IsBounded) break;
        }

        return extent;
    }
}
