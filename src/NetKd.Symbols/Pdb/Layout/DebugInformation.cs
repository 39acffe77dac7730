using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Layout;

/// <summary>
/// Stream 3, the debug information (DBI): a header, then parts one behind the other (LLVM documentation, "The PDB DBI Stream").
/// Offsets and sizes are of the parts within the stream; those that do not fit into it are empty.
/// </summary>
internal sealed class DebugInformation
{
    private const int StreamNumber = 3;
    private const int HeaderSize = 64;
    private const ushort StrippedFlag = 2;
    private const ushort NoStream = 0xffff;

    private readonly Part _debugStreams;

    internal readonly record struct Part(uint Offset, uint Size);

    private DebugInformation(MsfStream stream, ReadOnlySpan<byte> header)
    {
        Stream = stream;
        Age = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        GlobalsStream = BinaryPrimitives.ReadUInt16LittleEndian(header[12..]);
        PublicsStream = BinaryPrimitives.ReadUInt16LittleEndian(header[16..]);
        RecordsStream = BinaryPrimitives.ReadUInt16LittleEndian(header[20..]);
        IsStripped = (BinaryPrimitives.ReadUInt16LittleEndian(header[56..]) & StrippedFlag) != 0;
        Machine = BinaryPrimitives.ReadUInt16LittleEndian(header[58..]);
        uint at = HeaderSize;
        Modules = Next(header, 24, ref at);
        Contributions = Next(header, 28, ref at);
        Next(header, 32, ref at);
        Sources = Next(header, 36, ref at);
        Next(header, 40, ref at);
        // The header gives the sizes in another order than the parts come in.
        Next(header, 52, ref at);
        _debugStreams = Next(header, 48, ref at);
    }

    public MsfStream Stream { get; }

    public uint Age { get; }

    public int GlobalsStream { get; }

    public int PublicsStream { get; }

    public int RecordsStream { get; }

    public bool IsStripped { get; }

    public ushort Machine { get; }

    public Part Modules { get; }

    public Part Contributions { get; }

    public Part Sources { get; }

    public static DebugInformation Read(MsfFile file)
    {
        if (file.Stream(StreamNumber) is not { } stream || !stream.TryRead(0, HeaderSize, out ReadOnlySpan<byte> header))
            throw new PdbFormatException($"{file.Path} has no debug information stream.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != uint.MaxValue)
            throw new PdbFormatException($"{file.Path} has a debug information stream of a version before 7.0, which is not read.");
        return new DebugInformation(stream, header);
    }

    /// <summary>Number of one of the streams that are listed at the end, or -1.</summary>
    public int DebugStream(DebugStreams stream)
    {
        uint offset = (uint)stream * 2;
        if (offset + 2 > _debugStreams.Size) return -1;
        ushort number = Stream.ReadUInt16(_debugStreams.Offset + offset);
        return number == NoStream ? -1 : number;
    }

    private Part Next(ReadOnlySpan<byte> header, int sizeOffset, ref uint at)
    {
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(header[sizeOffset..]);
        uint start = at;
        if (start > Stream.Length || size > Stream.Length - start)
        {
            at = Stream.Length;
            return new Part(0, 0);
        }

        at += size;
        return new Part(start, size);
    }
}
