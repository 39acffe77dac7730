using System.Buffers.Binary;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>
/// Reads the fields of one record in their order. Past the end it gives zeros and empty texts and says so in <see cref="Failed"/>, so that a
/// damaged record costs one check at its end.
/// </summary>
internal ref struct RecordReader(ReadOnlySpan<byte> data)
{
    // Numbers below are themselves; from it on, a number is the kind of what follows (LLVM: "PDB TPI Stream", numeric leaves).
    private const ushort FirstNumericLeaf = 0x8000;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _at;

    /// <summary>Something was read that the record does not hold.</summary>
    public bool Failed { get; private set; }

    public readonly int Position => _at;

    public readonly bool AtEnd => _at >= _data.Length;

    /// <summary>The next byte, left where it is; 0 at the end.</summary>
    public readonly byte Peek => _at < _data.Length ? _data[_at] : (byte)0;

    public byte Byte() => Take(1) is [byte value] ? value : (byte)0;

    public ushort UInt16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

    public uint UInt32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    public void Skip(int bytes) => Take(bytes);

    /// <summary>A numeric leaf as 64 bits: sign-extended from its own width. Floating-point ones are skipped and give 0.</summary>
    public long Number()
    {
        ushort leaf = UInt16();
        if (leaf < FirstNumericLeaf) return leaf;
        switch (leaf)
        {
            case 0x8000: return (sbyte)Byte();
            case 0x8001: return (short)UInt16();
            case 0x8002: return UInt16();
            case 0x8003: return (int)UInt32();
            case 0x8004: return UInt32();
            case 0x8009 or 0x800a: return (long)UInt64();
            case 0x8017 or 0x8018:
                long low = (long)UInt64();
                Skip(8);
                return low;
            default:
                Skip(FloatBytes(leaf));
                return 0;
        }
    }

    /// <summary>The bytes of a text, without the zero that ends it. A text without one ends with the record.</summary>
    public ReadOnlySpan<byte> TextBytes()
    {
        ReadOnlySpan<byte> rest = _data[Math.Min(_at, _data.Length)..];
        int length = rest.IndexOf((byte)0);
        if (length < 0)
        {
            Failed |= rest.IsEmpty;
            length = rest.Length;
        }

        _at += length + 1;
        return rest[..length];
    }

    public string Text() => PdbText.Decode(TextBytes());

    /// <summary>Skips the bytes that align the next member of a field list: 0xf1 to 0xff, the low digit being how many.</summary>
    public void SkipPadding()
    {
        while (Peek >= 0xf0) Skip(Math.Max(Peek & 15, 1));
    }

    private ulong UInt64()
    {
        ulong low = UInt32();
        return low | (ulong)UInt32() << 32;
    }

    private readonly int FloatBytes(ushort leaf) => leaf switch
    {
        0x8005 => 4,
        0x8006 => 8,
        0x8007 => 10,
        0x8008 => 16,
        0x800b => 6,
        0x801c => 2,
        _ => _data.Length, // Unknown: nothing after it can be read.
    };

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_data.Length - _at < length)
        {
            Failed = true;
            _at = _data.Length;
            return [];
        }

        ReadOnlySpan<byte> bytes = _data.Slice(_at, length);
        _at += length;
        return bytes;
    }
}
