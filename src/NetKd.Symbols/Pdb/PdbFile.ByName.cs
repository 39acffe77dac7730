using System.Buffers;
using System.Buffers.Binary;
using System.IO.Enumeration;
using System.Text;
using NetKd.Symbols.Images;
using NetKd.Symbols.Pdb.Names;
using NetKd.Symbols.Pdb.Symbols;

namespace NetKd.Symbols.Pdb;

/// <summary>Addresses for names, through the hash tables; and patterns, by one pass over the names.</summary>
public sealed partial class PdbFile
{
    private const int MaxNameBytes = 1024;
    private const int ShortNameLength = 8;

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        List<Symbol> found = [];
        foreach (bool exactCase in (bool[])[true, false])
        {
            foreach (Symbol symbol in FindGlobals(name, exactCase)) AddOnce(found, symbol);
            foreach (Symbol symbol in FindPublics(name, exactCase)) AddOnce(found, symbol);
            if (found.Count > 0) return found;
        }

        if (MayBeDecorated(name)) found = FindDecorated(name);
        // lld-link 14 hashes an eight-character name of an object's short form together with the bytes that follow it there: such a public name is
        // in a bucket where nobody looks. The one pass over the names is spent on misses only.
        if (found.Count == 0 && name.Length == ShortNameLength) found.AddRange(Match(name));
        return found;
    }

    /// <inheritdoc/>
    public override IEnumerable<Symbol> Match(string pattern)
    {
        HashSet<(string, uint)> seen = [];
        foreach (uint record in MatchingRecords(pattern))
        {
            bool isPublic = !TryReadGlobal(record, out Symbol symbol);
            if (isPublic && !TryReadPublic(record, out symbol)) continue;
            if (!FileSystemName.MatchesSimpleExpression(pattern, symbol.Name) || (isPublic && !HasNothingBetter(symbol))) continue;
            if (seen.Add((symbol.Name, symbol.Offset))) yield return symbol;
        }
    }

    // Records whose names may match, public names last: what a name stands for says more. A name has to contain the longest identifier of
    // the pattern, letter case aside, which is cheap to ask; decorated names are taken apart only then. Where taking them apart could bring the
    // identifier about (operators, templates), they are taken apart in any case.
    private List<uint> MatchingRecords(string pattern)
    {
        string identifier = PatternLiteral.Longest(pattern);
        bool mayBeMadeUp = PatternLiteral.MayBeMadeUp(identifier);
        byte[] literal = Encoding.UTF8.GetBytes(identifier);
        List<uint> records = [], publics = [];
        byte[] window = ArrayPool<byte>.Shared.Rent(RecordCursor.Walk);
        RecordCursor cursor = new(_records, window);
        uint at = 0;
        while (cursor.TryRead(at, out RecordKind kind, out ReadOnlySpan<byte> data, out uint next))
        {
            ReadOnlySpan<byte> name = kind == RecordKind.UserType ? [] : RecordName.Of(kind, data);
            bool isPublic = kind == RecordKind.Public;
            bool hidden = mayBeMadeUp && isPublic && name.StartsWith("?"u8) && (name.StartsWith("??"u8) || name.IndexOf("?$"u8) >= 0);
            if (!name.IsEmpty && (hidden || Contains(name, literal))) (isPublic ? publics : records).Add(at);
            at = next;
        }

        ArrayPool<byte>.Shared.Return(window);
        records.AddRange(publics);
        return records;
    }

    private static bool Contains(ReadOnlySpan<byte> name, ReadOnlySpan<byte> literal)
    {
        if (literal.IsEmpty) return true;
        byte lower = (byte)char.ToLowerInvariant((char)literal[0]), upper = (byte)char.ToUpperInvariant((char)literal[0]);
        while (name.Length >= literal.Length)
        {
            int start = name[..(name.Length - literal.Length + 1)].IndexOfAny(lower, upper);
            if (start < 0) return false;
            if (Ascii.EqualsIgnoreCase(name.Slice(start, literal.Length), literal)) return true;
            name = name[(start + 1)..];
        }

        return false;
    }

    // False for a public name whose function or variable the globals have, which then comes by itself.
    private bool HasNothingBetter(Symbol symbol) => !FindGlobals(symbol.Name, exactCase: true).Exists(known => known.Offset == symbol.Offset);

    // Whether the name may be among the public names only, and decorated there: functions of a stripped file, tables that compilers make. Looking for
    // it takes a pass over all names.
    private bool MayBeDecorated(string name) =>
        Detail == SymbolDetail.Public || Machine == MachineType.X86 || name.Contains("::", StringComparison.Ordinal) || name.Contains('`', StringComparison.Ordinal);

    private List<Symbol> FindDecorated(string name)
    {
        List<Symbol> exact = [], anyCase = [];
        foreach (uint record in MatchingRecords(name))
        {
            if (!TryReadPublic(record, out Symbol symbol) || !symbol.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            AddOnce(symbol.Name == name ? exact : anyCase, symbol);
        }

        return exact.Count > 0 ? exact : anyCase;
    }

    private List<Symbol> FindGlobals(string name, bool exactCase)
    {
        List<Symbol> found = [];
        foreach (uint record in Candidates(_globals.FindCandidates, name, exactCase))
        {
            if (TryReadGlobal(record, out Symbol symbol)) found.Add(symbol);
        }

        return found;
    }

    private List<Symbol> FindPublics(string name, bool exactCase)
    {
        List<Symbol> found = [];
        foreach (uint record in Candidates(_publics.Names.FindCandidates, name, exactCase))
        {
            if (TryReadPublic(record, out Symbol symbol)) found.Add(symbol);
        }

        return found;
    }

    // Records whose name is the wanted one. The hash does not look at letter case, so both kinds of search read the same bucket.
    private List<uint> Candidates(NameSearch search, string name, bool exactCase)
    {
        List<uint> offsets = [];
        if (Encoding.UTF8.GetByteCount(name) > MaxNameBytes) return offsets;
        Span<byte> bytes = stackalloc byte[MaxNameBytes];
        ReadOnlySpan<byte> wanted = bytes[..Encoding.UTF8.GetBytes(name, bytes)];
        search(wanted, offsets);
        RecordCursor cursor = new(_records, stackalloc byte[RecordCursor.OneRecord]);
        int kept = 0;
        for (int i = 0; i < offsets.Count; i++)
        {
            uint offset = offsets[i];
            if (!cursor.TryRead(offset, out RecordKind kind, out ReadOnlySpan<byte> data, out _)) continue;
            ReadOnlySpan<byte> actual = RecordName.Of(kind, data);
            if (exactCase ? actual.SequenceEqual(wanted) : Ascii.EqualsIgnoreCase(actual, wanted)) offsets[kept++] = offset;
        }

        offsets.RemoveRange(kept, offsets.Count - kept);
        return offsets;
    }

    private delegate void NameSearch(ReadOnlySpan<byte> name, List<uint> offsets);

    // A function, variable or constant of the globals. Functions are references to their modules' records.
    private bool TryReadGlobal(uint record, out Symbol symbol)
    {
        symbol = default;
        RecordCursor cursor = new(_records, stackalloc byte[RecordCursor.OneRecord]);
        if (!cursor.TryRead(record, out RecordKind kind, out ReadOnlySpan<byte> data, out _)) return false;
        switch (kind)
        {
            case RecordKind.ProcedureReference or RecordKind.LocalProcedureReference when data.Length >= 10:
                // The module's number counts from one.
                return _modules[BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) - 1] is { } module
                    && module.TryRead(BinaryPrimitives.ReadUInt32LittleEndian(data[4..]), out symbol);
            case RecordKind.Constant when data.Length > 4 && NumericLeaf.TryRead(data[4..], out ulong value, out _):
                symbol = new Symbol(PdbText.Decode(RecordName.Of(kind, data)), SymbolKind.Constant, 0, 0, BinaryPrimitives.ReadUInt32LittleEndian(data), value);
                return true;
            case var _ when PlaceRecord.IsData(kind) && PlaceRecord.TryRead(data, out PlaceRecord place):
                bool thread = PlaceRecord.IsThreadData(kind);
                // A thread's variable has a place in the image too: that of the template its storage is made from.
                uint offset = thread ? place.Offset : _addresses.ToImage(_addresses.Sections.ToOffset(place.Section, place.Offset));
                symbol = new Symbol(PdbText.Decode(PlaceRecord.Name(data)), thread ? SymbolKind.ThreadData : SymbolKind.Data, offset, 0, place.TypeOrFlags);
                return offset != uint.MaxValue;
            default:
                return false;
        }
    }

    private bool TryReadPublic(uint record, out Symbol symbol)
    {
        symbol = default;
        RecordCursor cursor = new(_records, stackalloc byte[RecordCursor.OneRecord]);
        if (!cursor.TryRead(record, out RecordKind kind, out ReadOnlySpan<byte> data, out _) || kind != RecordKind.Public || !PlaceRecord.TryRead(data, out PlaceRecord place)) return false;
        uint offset = _addresses.ToImage(_addresses.Sections.ToOffset(place.Section, place.Offset));
        symbol = new Symbol(Plain(PdbText.Decode(PlaceRecord.Name(data))), SymbolKind.Public, offset, 0, 0);
        return offset != uint.MaxValue;
    }
}
