namespace NetKd.TargetOs.Debugger;

/// <summary>A line of text composed in a buffer of its owner; what does not fit is cut. There is no string formatting here.</summary>
internal ref struct MessageText
{
    /// <summary>Digits of the largest 64-bit number.</summary>
    public const int LongestDecimal = 20;

    private readonly Span<byte> _buffer;
    private int _length;

    public MessageText(Span<byte> buffer)
    {
        _buffer = buffer;
        _length = 0;
    }

    /// <summary>What was composed.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer.Slice(0, _length);

    public void Append(scoped ReadOnlySpan<byte> text)
    {
        int room = _buffer.Length - _length;
        if (text.Length > room) text = text.Slice(0, room);
        text.CopyTo(_buffer.Slice(_length));
        _length += text.Length;
    }

    public void AppendDecimal(ulong value)
    {
        Span<byte> digits = stackalloc byte[LongestDecimal];
        int start = digits.Length;
        do
        {
            digits[--start] = (byte)('0' + (int)(value % 10));
            value /= 10;
        }
        while (value != 0);
        Append(digits.Slice(start));
    }
}
