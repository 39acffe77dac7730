using System.Buffers.Binary;

namespace NetKd.Symbols.Stores.Cabinet;

/// <summary>The data blocks of a cabinet's folder, one after another, each with its checksum checked (Microsoft Cabinet Format, CFDATA).</summary>
internal sealed class CabinetBlocks(Stream stream, long offset, int count, int reserve)
{
    /// <summary>The most bytes that a block holds unpacked.</summary>
    public const int MaxUnpacked = 32768;

    private const int HeaderBytes = 8;
    private const int MaxGrowth = 6144;

    private readonly byte[] _header = new byte[HeaderBytes + reserve];
    private readonly byte[] _data = new byte[MaxUnpacked + MaxGrowth];
    private long _next = offset;

    /// <summary>The number of the block that was read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>True when there is another block.</summary>
    public bool HasNext => Number < count;

    /// <summary>The next block's bytes; valid until the next call.</summary>
    /// <param name="unpacked">How many bytes they are unpacked.</param>
    /// <exception cref="CabinetFormatException">There is none, or it is damaged.</exception>
    public ReadOnlySpan<byte> Next(out int unpacked)
    {
        if (!HasNext) throw new CabinetFormatException($"The cabinet's {count} blocks hold less than its file.");
        Number++;
        if (_next > stream.Length) throw new CabinetFormatException($"The cabinet is cut off before its block {Number} of {count}.");
        stream.Position = _next;
        Read(_header);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(_header.AsSpan(4));
        unpacked = BinaryPrimitives.ReadUInt16LittleEndian(_header.AsSpan(6));
        if (length > _data.Length || unpacked > MaxUnpacked) throw new CabinetFormatException($"Block {Number} of the cabinet has an impossible size: {length} bytes for {unpacked}.");
        Span<byte> data = _data.AsSpan(0, length);
        Read(data);
        uint sum = BinaryPrimitives.ReadUInt32LittleEndian(_header);
        // Zero: whoever made the cabinet did not compute it.
        if (sum != 0 && sum != Checksum(_header.AsSpan(4), Checksum(data, 0))) throw new CabinetFormatException($"Block {Number} of the cabinet is damaged: its checksum differs.");
        _next += _header.Length + length;
        return data;
    }

    private void Read(Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw new CabinetFormatException($"The cabinet is cut off in its block {Number} of {count}.");
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (; bytes.Length >= 4; bytes = bytes[4..]) sum ^= BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        // The bytes that are left over count from the high end.
        uint rest = 0;
        foreach (byte value in bytes) rest = (rest << 8) | value;
        return sum ^ rest;
    }
}
