using System.Buffers.Binary;

namespace NetKd.Symbols.Stores.Cabinet;

/// <summary>LZX as cabinets have it (Microsoft LZX Data Compression Format): frames of 32 KiB over a window of 32 KiB to 2 MiB.</summary>
internal sealed class LzxDecoder : CabinetDecoder
{
    private const int MinWindowBits = 15;
    private const int MaxWindowBits = 21;
    private const int MinMatch = 2;
    private const int LengthEscape = 7;
    private const int MaxExtraBits = 17;
    private const int AlignedBits = 3;
    private const int Verbatim = 1;
    private const int AlignedOffset = 2;
    private const int Uncompressed = 3;
    // The translation of calls is for the first GiB, and needs room for an address behind the opcode.
    private const long TranslatedBytes = 1L << 30;
    private const int TranslationMargin = 10;

    private readonly LzxBits _bits;
    private readonly LzxTrees _trees;
    private readonly byte[] _window;
    private readonly byte[] _translated = new byte[CabinetBlocks.MaxUnpacked];
    private readonly uint[] _recent = [1, 1, 1];
    private readonly uint[] _slotBase;
    private readonly byte[] _slotExtra;
    private int _translationSize = -1;
    private int _blockType;
    private int _blockLeft;
    private bool _skipPadding;
    private long _position;

    public LzxDecoder(CabinetBlocks blocks, int windowBits)
    {
        if (windowBits is < MinWindowBits or > MaxWindowBits) throw new CabinetFormatException($"The cabinet says that its LZX window has 2^{windowBits} bytes; 2^{MinWindowBits} to 2^{MaxWindowBits} exist.");
        _bits = new LzxBits(blocks);
        _window = new byte[1 << windowBits];
        int slots = windowBits switch { 20 => 42, 21 => 50, _ => 2 * windowBits };
        _slotBase = new uint[slots];
        _slotExtra = new byte[slots];
        for (int slot = 1; slot < slots; slot++)
        {
            _slotBase[slot] = _slotBase[slot - 1] + (1u << _slotExtra[slot - 1]);
            _slotExtra[slot] = (byte)Math.Clamp(slot / 2 - 1, 0, MaxExtraBits);
        }

        _trees = new LzxTrees(slots);
    }

    public override ReadOnlySpan<byte> Next(int length)
    {
        if (_translationSize < 0) _translationSize = _bits.Read(1) == 0 ? 0 : (int)((_bits.Read(16) << 16) | _bits.Read(16)) & int.MaxValue;
        // A frame never wraps: windows are whole numbers of frames.
        int start = (int)(_position & (_window.Length - 1));
        int end = start + length;
        int at = start;
        while (at < end)
        {
            if (_blockLeft == 0) BeginBlock();
            int piece = Math.Min(_blockLeft, end - at);
            if (_blockType == Uncompressed) _bits.ReadBytes(_window.AsSpan(at, piece));
            else Decode(at, at + piece, start);
            at += piece;
            _blockLeft -= piece;
        }

        _bits.Align();
        ReadOnlySpan<byte> frame = Translate(_window.AsSpan(start, length));
        _position += length;
        return frame;
    }

    private void BeginBlock()
    {
        // An uncompressed block of odd length is followed by a byte that fills its last word.
        Span<byte> bytes = stackalloc byte[12];
        if (_skipPadding) _bits.ReadBytes(bytes[..1]);
        _blockType = (int)_bits.Read(3);
        _blockLeft = (int)((_bits.Read(8) << 16) | _bits.Read(16));
        if (_blockType is not (Verbatim or AlignedOffset or Uncompressed) || _blockLeft == 0) throw new CabinetFormatException($"The cabinet is damaged: an LZX block has type {_blockType} and {_blockLeft} bytes.");
        _skipPadding = _blockType == Uncompressed && (_blockLeft & 1) != 0;
        if (_blockType != Uncompressed)
        {
            _trees.Read(_bits, _blockType == AlignedOffset);
            return;
        }

        _bits.AlignToBytes();
        _bits.ReadBytes(bytes);
        for (int i = 0; i < _recent.Length; i++) _recent[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]);
    }

    private void Decode(int at, int end, int frameStart)
    {
        while (at < end)
        {
            int symbol = _bits.Read(_trees.Main);
            if (symbol < LzxTrees.Literals)
            {
                _window[at++] = (byte)symbol;
                continue;
            }

            symbol -= LzxTrees.Literals;
            int length = symbol & LengthEscape;
            if (length == LengthEscape) length += _bits.Read(_trees.Length);
            length += MinMatch;
            uint offset = ReadOffset(symbol >> 3);
            if (length > end - at) throw new CabinetFormatException("The cabinet is damaged: a repetition goes beyond the end of its frame.");
            if (offset == 0 || offset > _window.Length || offset > _position + (at - frameStart)) throw new CabinetFormatException("The cabinet is damaged: it repeats bytes from before its start.");
            Repeat(at, (int)offset, length);
            at += length;
        }
    }

    private uint ReadOffset(int slot)
    {
        uint offset;
        if (slot < _recent.Length)
        {
            // One of the last three changes places with the last one.
            offset = _recent[slot];
            _recent[slot] = _recent[0];
            _recent[0] = offset;
            return offset;
        }

        int extra = _slotExtra[slot];
        offset = _slotBase[slot];
        if (_blockType == AlignedOffset && extra >= AlignedBits)
        {
            offset += _bits.Read(extra - AlignedBits) << AlignedBits;
            offset += (uint)_bits.Read(_trees.Aligned);
        }
        else
        {
            offset += _bits.Read(extra);
        }

        offset -= 2;
        _recent[2] = _recent[1];
        _recent[1] = _recent[0];
        _recent[0] = offset;
        return offset;
    }

    private void Repeat(int at, int offset, int length)
    {
        int mask = _window.Length - 1;
        int from = (at - offset) & mask;
        if (offset >= length && from + length <= _window.Length)
        {
            _window.AsSpan(from, length).CopyTo(_window.AsSpan(at, length));
            return;
        }

        for (int i = 0; i < length; i++) _window[at + i] = _window[(from + i) & mask];
    }

    // Targets of x86 calls were made absolute before packing, since those repeat more often. The window keeps them so.
    private ReadOnlySpan<byte> Translate(ReadOnlySpan<byte> frame)
    {
        if (_translationSize == 0 || _position >= TranslatedBytes || frame.Length <= TranslationMargin) return frame;
        frame.CopyTo(_translated);
        Span<byte> bytes = _translated.AsSpan(0, frame.Length);
        for (int i = 0; i < bytes.Length - TranslationMargin; i++)
        {
            if (bytes[i] != 0xe8) continue;
            Span<byte> target = bytes.Slice(i + 1, 4);
            int absolute = BinaryPrimitives.ReadInt32LittleEndian(target);
            int current = (int)_position + i;
            if (absolute >= -current && absolute < _translationSize)
                BinaryPrimitives.WriteInt32LittleEndian(target, absolute >= 0 ? absolute - current : absolute + _translationSize);
            i += 4;
        }

        return bytes;
    }
}
