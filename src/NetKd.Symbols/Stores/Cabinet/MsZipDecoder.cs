using System.IO.Compression;

namespace NetKd.Symbols.Stores.Cabinet;

/// <summary>
/// MSZIP: each block is the letters CK and a deflate stream of its own, which may refer back to the 32 KiB before it. The framework's
/// inflater cannot be given that history, so it is given it as a stored block that comes first.
/// </summary>
internal sealed class MsZipDecoder(CabinetBlocks blocks) : CabinetDecoder
{
    private const int StoredHeader = 5;

    private readonly byte[] _input = new byte[StoredHeader + CabinetBlocks.MaxUnpacked + 65536];
    private readonly byte[] _output = new byte[2 * CabinetBlocks.MaxUnpacked];
    private int _history;

    public override ReadOnlySpan<byte> Next(int length)
    {
        ReadOnlySpan<byte> block = blocks.Next(out int unpacked);
        if (!block.StartsWith("CK"u8)) throw new CabinetFormatException($"Block {blocks.Number} of the cabinet is no MSZIP block: it does not begin with CK.");
        // A block that is no full one can only be the last.
        if (unpacked < length || unpacked == 0) throw new CabinetFormatException($"Block {blocks.Number} of the cabinet holds {unpacked} bytes where {length} are missing.");
        int at = PutHistory();
        block[2..].CopyTo(_input.AsSpan(at));
        using MemoryStream input = new(_input, 0, at + block.Length - 2, writable: false);
        using DeflateStream inflater = new(input, CompressionMode.Decompress);
        int wanted = _history + unpacked;
        int read;
        try
        {
            read = inflater.ReadAtLeast(_output.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw new CabinetFormatException($"Block {blocks.Number} of the cabinet is damaged: {e.Message}");
        }

        if (read < wanted) throw new CabinetFormatException($"Block {blocks.Number} of the cabinet holds {read - _history} bytes and says that they are {unpacked}.");
        // The history is all that was unpacked, up to 32 KiB: full blocks are that long, so it is the block alone.
        int start = _history;
        Buffer.BlockCopy(_output, start, _output, 0, unpacked);
        _history = unpacked;
        return _output.AsSpan(0, Math.Min(unpacked, length));
    }

    private int PutHistory()
    {
        if (_history == 0) return 0;
        _input[0] = 0;
        BitConverter.TryWriteBytes(_input.AsSpan(1), (ushort)_history);
        BitConverter.TryWriteBytes(_input.AsSpan(3), (ushort)~_history);
        _output.AsSpan(0, _history).CopyTo(_input.AsSpan(StoredHeader));
        return StoredHeader + _history;
    }
}
