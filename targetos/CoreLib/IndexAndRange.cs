namespace System;

/// <summary>A position counted from the start or, written ^n, from the end. The compiler lowers most uses away.</summary>
public readonly struct Index
{
    // A position from the end is kept as its complement, so that default(Index) is the start.
    private readonly int _value;

    public Index(int value, bool fromEnd = false)
    {
        _value = fromEnd ? ~value : value;
    }

    public static implicit operator Index(int value) => new(value);

    public int GetOffset(int length) => _value < 0 ? length + _value + 1 : _value;
}

/// <summary>Two positions, written a..b.</summary>
public readonly struct Range(Index start, Index end)
{
    public Index Start { get; } = start;

    public Index End { get; } = end;

    public static Range StartAt(Index start) => new(start, new Index(0, true));

    public static Range EndAt(Index end) => new(new Index(0), end);

    public static Range All => new(new Index(0), new Index(0, true));
}
