using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>
/// A PDB's ids: the names of inlined functions, of files and of build commands, by index (the IPI stream, number 4). Nothing is read when it is
/// opened. Damaged parts give fewer answers, never an exception. Safe to use from several threads.
/// </summary>
public sealed class PdbIdTable
{
    private const int IdStream = 4;

    // Texts may consist of lists of texts: no answer takes more records than this, nor lists more than so many characters.
    private const int MaxRecords = 256;
    private const int MaxLength = 1 << 16;

    private readonly TypeStream _stream;
    private readonly PdbTypeTable _types;

    /// <summary>Opens the table of a file.</summary>
    /// <param name="file">The file, which must outlive the table.</param>
    /// <param name="types">The file's types: member functions are named after their class.</param>
    public PdbIdTable(MsfFile file, PdbTypeTable types)
    {
        _stream = new TypeStream(file, IdStream);
        _types = types;
    }

    /// <summary>The first index that has a record.</summary>
    public uint FirstIndex => _stream.FirstIndex;

    /// <summary>The index after the last that has a record.</summary>
    public uint EndIndex => _stream.EndIndex;

    /// <summary>What an index stands for; false when the file has no such id, or one of another kind.</summary>
    public bool TryGet(uint index, out PdbId id)
    {
        int budget = MaxRecords;
        PdbId? found = Read(index, ref budget);
        id = found.GetValueOrDefault();
        return found is not null;
    }

    private PdbId? Read(uint index, ref int budget)
    {
        if (budget-- <= 0 || !_stream.TryGet(index, out ushort leaf, out ReadOnlySpan<byte> content)) return null;
        RecordReader reader = new(content);
        PdbId? id = leaf switch
        {
            TypeLeaf.FunctionId => Function(ref reader, ref budget),
            TypeLeaf.MemberFunctionId => MemberFunction(ref reader),
            TypeLeaf.StringId => Text(ref reader, ref budget),
            TypeLeaf.SubstringList => new PdbId(PdbIdKind.Text, string.Concat(Texts(ref reader, reader.UInt32(), ref budget))),
            TypeLeaf.BuildInformation => new PdbId(PdbIdKind.BuildInformation, string.Join('\n', Texts(ref reader, reader.UInt16(), ref budget))),
            TypeLeaf.SourceLine => SourceLine(ref reader, ref budget),
            _ => null,
        };
        return reader.Failed ? null : id;
    }

    private PdbId Function(ref RecordReader reader, ref int budget)
    {
        uint scope = reader.UInt32(), type = reader.UInt32();
        string name = reader.Text();
        if (scope != 0 && Read(scope, ref budget) is { Kind: PdbIdKind.Text, Name: { Length: > 0 } outer }) name = $"{outer}::{name}";
        return new PdbId(PdbIdKind.Function, name, type);
    }

    private PdbId MemberFunction(ref RecordReader reader)
    {
        uint parent = reader.UInt32(), type = reader.UInt32();
        string name = reader.Text();
        string outer = _types.NameOf(parent);
        return new PdbId(PdbIdKind.MemberFunction, outer.Length == 0 ? name : $"{outer}::{name}", type);
    }

    // A long text is the texts of a list and then its own.
    private PdbId Text(ref RecordReader reader, ref int budget)
    {
        uint list = reader.UInt32();
        string text = reader.Text();
        string before = list != 0 && Read(list, ref budget) is { Kind: PdbIdKind.Text } parts ? parts.Name : "";
        return new PdbId(PdbIdKind.Text, before + text);
    }

    private PdbId SourceLine(ref RecordReader reader, ref int budget)
    {
        uint type = reader.UInt32(), file = reader.UInt32(), line = reader.UInt32();
        return new PdbId(PdbIdKind.SourceLine, Read(file, ref budget)?.Name ?? "", type, line);
    }

    // Lists of lists of lists would grow by their product: the length is bounded for all of them.
    private List<string> Texts(ref RecordReader reader, uint count, ref int budget)
    {
        List<string> texts = [];
        int length = 0;
        for (uint i = 0; i < count && budget > 0 && !reader.Failed && length < MaxLength; i++)
        {
            string text = Read(reader.UInt32(), ref budget)?.Name ?? "";
            length += text.Length;
            texts.Add(text);
        }

        return texts;
    }
}
