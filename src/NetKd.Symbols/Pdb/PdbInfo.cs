using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb;

/// <summary>
/// Stream 1 of a PDB: which image it belongs to, and the streams that have names (LLVM documentation, "The PDB Info (aka PDB) Stream").
/// </summary>
public sealed class PdbInfo
{
    private const int StreamNumber = 1;
    private const int HeaderSize = 28;
    private const uint FirstVersionWithGuid = 20000404;
    private const int MaxNamedStreams = 4096;

    private readonly Dictionary<string, int> _streams;

    private PdbInfo(Guid signature, uint age, Dictionary<string, int> streams)
    {
        Signature = signature;
        Age = age;
        _streams = streams;
    }

    /// <summary>The GUID that the image's CodeView record repeats.</summary>
    public Guid Signature { get; }

    /// <summary>How often the file was written to; an image repeats the age of the debug information stream instead (<see cref="PdbFile.Age"/>).</summary>
    public uint Age { get; }

    /// <summary>Reads it.</summary>
    /// <exception cref="PdbFormatException">The file has no such stream, or an older one without a GUID.</exception>
    public static PdbInfo Read(MsfFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Stream(StreamNumber) is not { } stream || !stream.TryRead(0, HeaderSize, out ReadOnlySpan<byte> header))
            throw new PdbFormatException($"{file.Path} has no PDB information stream.");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (version < FirstVersionWithGuid) throw new PdbFormatException($"{file.Path} is a PDB of version {version}; files of before {FirstVersionWithGuid} have no GUID and are not read.");
        Guid signature = new(header.Slice(12, 16));
        uint age = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        return new PdbInfo(signature, age, ReadStreams(stream));
    }

    /// <summary>Number of a named stream such as <c>/names</c>, or -1.</summary>
    public int FindStream(string name) => _streams.GetValueOrDefault(name, -1);

    // A hash table written as it was in memory: names, then which of its slots are taken (bits), which were deleted, and name offset and
    // stream number of each taken one.
    private static Dictionary<string, int> ReadStreams(MsfStream stream)
    {
        Dictionary<string, int> streams = new(StringComparer.Ordinal);
        uint namesLength = stream.ReadUInt32(HeaderSize);
        uint names = HeaderSize + 4;
        if (namesLength > stream.Length - names) return streams;
        uint at = names + namesLength;
        uint count = Math.Min(stream.ReadUInt32(at), MaxNamedStreams);
        at += 8;
        for (int vector = 0; vector < 2; vector++)
        {
            uint words = stream.ReadUInt32(at);
            if (words > stream.Length / 4) return streams;
            at += 4 + words * 4;
        }

        for (uint i = 0; i < count; i++, at += 8)
        {
            uint nameOffset = stream.ReadUInt32(at);
            if (nameOffset >= namesLength || !stream.TryRead(names + nameOffset, (int)(namesLength - nameOffset), out ReadOnlySpan<byte> name)) continue;
            streams.TryAdd(PdbText.Read(name), (int)Math.Min(stream.ReadUInt32(at + 4), int.MaxValue));
        }

        return streams;
    }
}
