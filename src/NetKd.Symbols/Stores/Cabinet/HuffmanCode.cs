namespace NetKd.Symbols.Stores.Cabinet;

/// <summary>A canonical Huffman code of up to 16 bits, decoded from the high end (Microsoft LZX Data Compression Format, "Trees").</summary>
internal sealed class HuffmanCode
{
    private const int MaxBits = 16;
    private const int FastBits = 10;

    private readonly byte[] _lengths;
    // By the next bits of the input: symbol << 5 | length; 0 for none or a longer one.
    private readonly uint[] _fast = new uint[1 << FastBits];
    private readonly ushort[] _sorted;
    // By length: one past the last code of that length, moved to the high end of 16 bits, and the index of its first symbol less its first code.
    private readonly uint[] _limit = new uint[MaxBits + 1];
    private readonly int[] _offset = new int[MaxBits + 1];

    public HuffmanCode(int symbols)
    {
        _lengths = new byte[symbols];
        _sorted = new ushort[symbols];
    }

    /// <summary>The symbols' lengths in bits, 0 for those that do not occur. Call <see cref="Build"/> when they have changed.</summary>
    public Span<byte> Lengths => _lengths;

    /// <summary>True when no symbol occurs.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Makes the code for the lengths; false when there is none, since they ask for more codes than exist.</summary>
    public bool Build()
    {
        Span<int> counts = stackalloc int[MaxBits + 1];
        counts.Clear();
        foreach (byte length in _lengths) counts[length]++;
        IsEmpty = counts[0] == _lengths.Length;
        Span<int> next = stackalloc int[MaxBits + 1];
        uint code = 0;
        int index = 0;
        for (int length = 1; length <= MaxBits; length++)
        {
            code <<= 1;
            _offset[length] = index - (int)code;
            next[length] = index;
            code += (uint)counts[length];
            index += counts[length];
            if (code > 1u << length) return false;
            _limit[length] = code << (MaxBits - length);
        }

        for (int symbol = 0; symbol < _lengths.Length; symbol++)
        {
            if (_lengths[symbol] is > 0 and var length) _sorted[next[length]++] = (ushort)symbol;
        }

        FillFast();
        return true;
    }

    /// <summary>Decodes a symbol.</summary>
    /// <param name="bits">The next 16 bits of the input.</param>
    /// <param name="length">How many of them the symbol took.</param>
    /// <returns>The symbol, or -1 when the bits are no code.</returns>
    public int Decode(uint bits, out int length)
    {
        uint entry = _fast[bits >> (MaxBits - FastBits)];
        if (entry != 0)
        {
            length = (int)(entry & 31);
            return (int)(entry >> 5);
        }

        for (length = FastBits + 1; length <= MaxBits; length++)
        {
            if (bits < _limit[length]) return _sorted[(int)(bits >> (MaxBits - length)) + _offset[length]];
        }

        return -1;
    }

    private void FillFast()
    {
        Array.Clear(_fast);
        uint code = 0;
        for (int length = 1; length <= FastBits; length++)
        {
            uint end = _limit[length] >> (MaxBits - FastBits);
            for (; code < end; code++) _fast[code] = ((uint)_sorted[(int)(code >> (FastBits - length)) + _offset[length]] << 5) | (uint)length;
        }
    }
}
