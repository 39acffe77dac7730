namespace NetKd.Symbols.Stores.Cabinet;

/// <summary>
/// The bits of an LZX stream: 16-bit words, low byte first, each read from its high end. The stream goes on over the ends of the cabinet's
/// blocks. Never more than one word is read ahead, so that bytes can be read where bits end.
/// </summary>
internal sealed class LzxBits(CabinetBlocks blocks)
{
    // A code at the very end may be looked at with 16 bits though it has fewer.
    private const int MaxBytesBeyondEnd = 4;

    private readonly byte[] _block = new byte[65536];
    private int _length;
    private int _at;
    private uint _bits;
    private int _count;
    private int _beyondEnd;

    /// <summary>The next bits, at most 16, without taking them.</summary>
    public uint Peek(int count)
    {
        while (_count < count)
        {
            _bits |= (uint)(ReadByte() | (ReadByte() << 8)) << (16 - _count);
            _count += 16;
        }

        return count == 0 ? 0 : _bits >> (32 - count);
    }

    /// <summary>Takes bits that were looked at.</summary>
    public void Skip(int count)
    {
        _bits <<= count;
        _count -= count;
    }

    /// <summary>Takes the next bits, at most 17.</summary>
    public uint Read(int count)
    {
        if (count > 16) return (Read(count - 16) << 16) | Read(16);
        uint value = Peek(count);
        Skip(count);
        return value;
    }

    /// <summary>Goes on at a word's start; where it is at one already, it stays.</summary>
    public void Align() => Skip(_count & 15);

    /// <summary>Goes on at a word's start, taking at least one bit, as before bytes.</summary>
    public void AlignToBytes()
    {
        // Behind a block's header, whose last read was one of 16 bits, less than a word is left.
        Peek(1);
        Skip(_count);
    }

    /// <summary>Takes bytes. Only where no bits are left of a word.</summary>
    public void ReadBytes(Span<byte> destination)
    {
        foreach (ref byte value in destination) value = (byte)ReadByte();
    }

    /// <summary>Takes a symbol of a code.</summary>
    /// <exception cref="CabinetFormatException">The bits are no symbol.</exception>
    public int Read(HuffmanCode code)
    {
        int symbol = code.Decode(Peek(16), out int length);
        if (symbol < 0) throw new CabinetFormatException($"Block {blocks.Number} of the cabinet is damaged: it has bits that are no code.");
        Skip(length);
        return symbol;
    }

    private int ReadByte()
    {
        if (_at == _length && !NextBlock()) return 0;
        return _block[_at++];
    }

    private bool NextBlock()
    {
        do
        {
            if (!blocks.HasNext)
            {
                if (++_beyondEnd > MaxBytesBeyondEnd) throw new CabinetFormatException("The cabinet ends within its file.");
                return false;
            }

            ReadOnlySpan<byte> block = blocks.Next(out _);
            block.CopyTo(_block);
            _length = block.Length;
            _at = 0;
        }
        while (_length == 0);
        return true;
    }
}
