using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Lines;

/// <summary>The strings that other streams name by offset: source file names, frame programs (stream <c>/names</c>).</summary>
internal sealed class StringTable
{
    private const uint Signature = 0xeffeeffe;
    private const int HeaderSize = 12;
    private const int MaxLength = 4096;

    private readonly MsfStream? _stream;
    private readonly uint _size;

    public StringTable(MsfStream? stream)
    {
        if (stream is null || !stream.TryRead(0, HeaderSize, out ReadOnlySpan<byte> header)) return;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Signature) return;
        _stream = stream;
        _size = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(header[8..]), stream.Length - HeaderSize);
    }

    /// <summary>The string at an offset; empty when there is none.</summary>
    public string this[uint offset] => PdbText.Decode(Bytes(offset));

    /// <summary>The bytes of the string at an offset, without its zero.</summary>
    public ReadOnlySpan<byte> Bytes(uint offset)
    {
        if (_stream is null || offset >= _size) return [];
        return _stream.TryRead(HeaderSize + offset, (int)Math.Min(_size - offset, MaxLength), out ReadOnlySpan<byte> bytes) ? PdbText.Bytes(bytes) : [];
    }
}
