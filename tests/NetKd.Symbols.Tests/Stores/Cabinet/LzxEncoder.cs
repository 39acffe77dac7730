using System.Buffers.Binary;

namespace NetKd.Symbols.Tests.Stores.Cabinet;

/// <summary>
/// Packs bytes with LZX (Microsoft LZX Data Compression Format), for no public tool here does. It is not clever, but uses everything the
/// format has: all kinds of blocks, blocks over several frames, repeated offsets, the translation of calls. cabextract unpacks what it makes.
/// </summary>
internal sealed class LzxEncoder
{
    private const int Frame = 32768;
    private const int Verbatim = 1;
    private const int Aligned = 2;
    private const int Uncompressed = 3;

    private readonly byte[] _content;
    private readonly int _windowBits;
    private readonly int _translationSize;
    private readonly LzxWriter _writer = new();
    private readonly uint[] _slotBase;
    private readonly int[] _slotExtra;
    private readonly uint[] _recent = [1, 1, 1];
    private readonly Dictionary<int, int> _seen = [];
    private readonly byte[] _mainLengths;
    private readonly byte[] _lengthLengths = new byte[249];

    private readonly record struct Token(int Main, int Length, int Extra, uint Bits, int Size);

    public LzxEncoder(byte[] content, int windowBits, int translationSize)
    {
        _content = [.. content];
        _windowBits = windowBits;
        _translationSize = translationSize;
        int slots = windowBits switch { 20 => 42, 21 => 50, _ => 2 * windowBits };
        _slotBase = new uint[slots];
        _slotExtra = new int[slots];
        for (int i = 0; i < slots; i++)
        {
            _slotExtra[i] = i < 4 ? 0 : Math.Min(17, i / 2 - 1);
            if (i > 0) _slotBase[i] = _slotBase[i - 1] + (1u << _slotExtra[i - 1]);
        }

        _mainLengths = new byte[256 + 8 * slots];
        if (translationSize > 0) Translate();
    }

    /// <summary>Packs; the blocks take turns until everything is packed.</summary>
    public IEnumerable<(byte[] Packed, int Unpacked)> Encode(IEnumerable<(int Type, int Size)> blocks)
    {
        _writer.Write(_translationSize > 0 ? 1u : 0, 1);
        if (_translationSize > 0)
        {
            _writer.Write((uint)_translationSize >> 16, 16);
            _writer.Write((uint)_translationSize & 0xffff, 16);
        }

        (int Type, int Size)[] turns = [.. blocks];
        int at = 0;
        for (int turn = 0; at < _content.Length; turn++)
        {
            (int type, int size) = turns[turn % turns.Length];
            size = Math.Min(size, _content.Length - at);
            if (type == Uncompressed) WriteUncompressed(at, size);
            else WriteCompressed(at, size, type);
            at += size;
        }

        if (_writer.HasFrame) _writer.EndFrame(_content.Length % Frame == 0 ? Frame : _content.Length % Frame);
        return _writer.Frames;
    }

    private void WriteUncompressed(int at, int size)
    {
        Header(Uncompressed, size);
        _writer.AlignToBytes();
        byte[] recent = new byte[12];
        for (int i = 0; i < 3; i++) BinaryPrimitives.WriteUInt32LittleEndian(recent.AsSpan(4 * i), _recent[i]);
        _writer.WriteBytes(recent);
        for (int i = at; i < at + size; i++)
        {
            _writer.WriteBytes([_content[i]]);
            if (i == at + size - 1 && (size & 1) != 0) _writer.WriteBytes([0]);
            if ((i + 1) % Frame == 0) _writer.EndFrame(Frame);
        }
    }

    private void WriteCompressed(int at, int size, int type)
    {
        List<Token> tokens = Tokens(at, at + size);
        int[] main = new int[_mainLengths.Length], length = new int[249], aligned = new int[8];
        foreach (Token token in tokens)
        {
            main[token.Main]++;
            if (token.Length >= 0) length[token.Length]++;
            if (token.Extra >= 3) aligned[token.Bits & 7]++;
        }

        Header(type, size);
        byte[] alignedLengths = LzxWriter.CodeLengths(aligned, 7, always: true);
        if (type == Aligned)
        {
            foreach (byte value in alignedLengths) _writer.Write(value, 3);
        }

        byte[] newMain = LzxWriter.CodeLengths(main, 16, always: true);
        byte[] newLength = LzxWriter.CodeLengths(length, 16, always: false);
        _writer.WriteLengths(_mainLengths.AsSpan(0, 256), newMain.AsSpan(0, 256));
        _writer.WriteLengths(_mainLengths.AsSpan(256), newMain.AsSpan(256));
        _writer.WriteLengths(_lengthLengths, newLength);
        newMain.CopyTo(_mainLengths, 0);
        newLength.CopyTo(_lengthLengths, 0);

        uint[] mainCodes = LzxWriter.Codes(newMain), lengthCodes = LzxWriter.Codes(newLength), alignedCodes = LzxWriter.Codes(alignedLengths);
        foreach (Token token in tokens)
        {
            _writer.Write(mainCodes[token.Main], newMain[token.Main]);
            if (token.Length >= 0) _writer.Write(lengthCodes[token.Length], newLength[token.Length]);
            if (type == Aligned && token.Extra >= 3)
            {
                _writer.Write(token.Bits >> 3, token.Extra - 3);
                _writer.Write(alignedCodes[token.Bits & 7], alignedLengths[token.Bits & 7]);
            }
            else
            {
                _writer.Write(token.Bits, token.Extra);
            }

            at += token.Size;
            if (at % Frame == 0) _writer.EndFrame(Frame);
        }
    }

    private void Header(int type, int size)
    {
        _writer.Write((uint)type, 3);
        _writer.Write((uint)size >> 16, 8);
        _writer.Write((uint)size & 0xffff, 16);
    }

    private List<Token> Tokens(int at, int end)
    {
        List<Token> tokens = [];
        while (at < end)
        {
            int limit = Math.Min(Math.Min(end, (at / Frame + 1) * Frame) - at, 257);
            (int length, uint offset) = Longest(at, limit);
            Token token = length < 3 ? new Token(_content[at], -1, 0, 0, 1) : Match(length, offset);
            for (int i = at; i < at + token.Size && i + 3 <= _content.Length; i++) _seen[Hash(i)] = i;
            tokens.Add(token);
            at += token.Size;
        }

        return tokens;
    }

    private (int Length, uint Offset) Longest(int at, int limit)
    {
        (int Length, uint Offset) best = default;
        foreach (uint offset in _recent)
        {
            if (offset <= (uint)at && Common(at, (int)offset, limit) is var length && length > best.Length) best = (length, offset);
        }

        if (best.Length < 8 && at + 3 <= _content.Length && _seen.TryGetValue(Hash(at), out int before) && at - before <= (1 << _windowBits) - 3
            && Common(at, at - before, limit) is var found && found > best.Length) best = (found, (uint)(at - before));
        return best;
    }

    private Token Match(int length, uint offset)
    {
        int slot = Array.IndexOf(_recent, offset);
        int extra = 0;
        uint bits = 0;
        if (slot >= 0)
        {
            (_recent[0], _recent[slot]) = (_recent[slot], _recent[0]);
        }
        else
        {
            uint formatted = offset + 2;
            slot = _slotBase.Length - 1;
            while (_slotBase[slot] > formatted) slot--;
            extra = _slotExtra[slot];
            bits = formatted - _slotBase[slot];
            (_recent[0], _recent[1], _recent[2]) = (offset, _recent[0], _recent[1]);
        }

        int header = Math.Min(length - 2, 7);
        return new Token(256 + slot * 8 + header, header == 7 ? length - 9 : -1, extra, bits, length);
    }

    private int Common(int at, int offset, int limit)
    {
        int length = 0;
        while (length < limit && _content[at + length] == _content[at + length - offset]) length++;
        return length;
    }

    private int Hash(int at) => _content[at] | _content[at + 1] << 8 | _content[at + 2] << 16;

    private void Translate()
    {
        for (int frame = 0; frame < _content.Length; frame += Frame)
        {
            int end = Math.Min(frame + Frame, _content.Length) - 10;
            for (int i = frame; i < end; i++)
            {
                if (_content[i] != 0xe8) continue;
                Span<byte> target = _content.AsSpan(i + 1, 4);
                int relative = BinaryPrimitives.ReadInt32LittleEndian(target);
                if (relative >= -i && relative < _translationSize - i) BinaryPrimitives.WriteInt32LittleEndian(target, relative + i);
                else if (relative >= _translationSize - i && relative < _translationSize) BinaryPrimitives.WriteInt32LittleEndian(target, relative - _translationSize);
                i += 4;
            }
        }
    }
}
