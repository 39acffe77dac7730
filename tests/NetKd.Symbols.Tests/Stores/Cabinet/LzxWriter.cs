namespace NetKd.Symbols.Tests.Stores.Cabinet;

/// <summary>Writes the bits and codes of an LZX stream, cut into frames.</summary>
internal sealed class LzxWriter
{
    private readonly List<byte> _bytes = [];
    private uint _word;
    private int _filled;

    public List<(byte[] Packed, int Unpacked)> Frames { get; } = [];

    public bool HasFrame => _bytes.Count > 0 || _filled > 0;

    public void Write(uint value, int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            _word = _word << 1 | (value >> i & 1);
            if (++_filled == 16) EndWord();
        }
    }

    public void AlignToBytes()
    {
        do Write(0, 1);
        while (_filled != 0);
    }

    public void WriteBytes(byte[] bytes) => _bytes.AddRange(bytes);

    public void EndFrame(int unpacked)
    {
        while (_filled != 0) Write(0, 1);
        Frames.Add(([.. _bytes], unpacked));
        _bytes.Clear();
    }

    /// <summary>Writes a code's lengths as differences to those of the block before.</summary>
    public void WriteLengths(ReadOnlySpan<byte> before, ReadOnlySpan<byte> lengths)
    {
        List<(int Symbol, uint Bits, int Count)> symbols = [];
        for (int i = 0; i < lengths.Length;)
        {
            int run = 1;
            while (i + run < lengths.Length && lengths[i + run] == lengths[i]) run++;
            int delta = (before[i] - lengths[i] + 17) % 17;
            if (lengths[i] == 0 && run >= 20)
            {
                run = Math.Min(run, 51);
                symbols.Add((18, (uint)run - 20, 5));
            }
            else if (lengths[i] == 0 && run >= 4)
            {
                run = Math.Min(run, 19);
                symbols.Add((17, (uint)run - 4, 4));
            }
            else if (run >= 4)
            {
                run = Math.Min(run, 5);
                symbols.Add((19, (uint)run - 4, 1));
                symbols.Add((delta, 0, 0));
            }
            else
            {
                run = 1;
                symbols.Add((delta, 0, 0));
            }

            i += run;
        }

        int[] counts = new int[20];
        foreach ((int symbol, _, _) in symbols) counts[symbol]++;
        byte[] preTree = CodeLengths(counts, 15, always: true);
        uint[] codes = Codes(preTree);
        foreach (byte length in preTree) Write(length, 4);
        foreach ((int symbol, uint bits, int count) in symbols)
        {
            Write(codes[symbol], preTree[symbol]);
            Write(bits, count);
        }
    }

    /// <summary>Huffman code lengths for how often symbols occur; complete, so at least two symbols have one.</summary>
    public static byte[] CodeLengths(int[] counts, int maxLength, bool always)
    {
        int[] weights = [.. counts];
        int used = weights.Count(w => w > 0);
        if (used == 0 && !always) return new byte[counts.Length];
        for (int i = 0; used < 2; i++)
        {
            if (weights[i] > 0) continue;
            weights[i] = 1;
            used++;
        }

        while (true)
        {
            byte[] lengths = Lengths(weights);
            if (lengths.Max() <= maxLength) return lengths;
            // Flatter until it fits.
            for (int i = 0; i < weights.Length; i++) weights[i] = (weights[i] + 1) / 2;
        }
    }

    /// <summary>The canonical codes of lengths.</summary>
    public static uint[] Codes(byte[] lengths)
    {
        uint[] codes = new uint[lengths.Length];
        uint code = 0;
        for (int length = 1; length <= 16; length++)
        {
            code <<= 1;
            for (int i = 0; i < lengths.Length; i++)
            {
                if (lengths[i] == length) codes[i] = code++;
            }
        }

        return codes;
    }

    private static byte[] Lengths(int[] weights)
    {
        byte[] lengths = new byte[weights.Length];
        PriorityQueue<int[], long> queue = new();
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0) queue.Enqueue([i], (long)weights[i] << 20 | (uint)i);
        }

        while (queue.Count > 1)
        {
            queue.TryDequeue(out int[]? first, out long firstWeight);
            queue.TryDequeue(out int[]? second, out long secondWeight);
            int[] both = [.. first!, .. second!];
            foreach (int symbol in both) lengths[symbol]++;
            queue.Enqueue(both, ((firstWeight >> 20) + (secondWeight >> 20)) << 20);
        }

        return lengths;
    }

    private void EndWord()
    {
        _bytes.Add((byte)_word);
        _bytes.Add((byte)(_word >> 8));
        _word = 0;
        _filled = 0;
    }
}
