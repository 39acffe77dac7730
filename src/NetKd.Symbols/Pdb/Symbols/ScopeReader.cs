using System.Buffers.Binary;
using NetKd.Symbols.Images;
using NetKd.Symbols.Pdb.Layout;
using NetKd.Symbols.Pdb.Lines;
using NetKd.Symbols.Scopes;

namespace NetKd.Symbols.Pdb.Symbols;

/// <summary>
/// What is within a function: its variables, blocks and inlined calls. Records nest; each opens with one kind and closes with an end record.
/// </summary>
/// <param name="module">The module of the function.</param>
/// <param name="addresses">Where places are.</param>
/// <param name="machine">PE machine type, for register names.</param>
/// <param name="inlinees">Names of inlined functions by their ids.</param>
/// <param name="fileName">Names of source files by their offsets in the string table.</param>
internal sealed class ScopeReader(PdbModule module, Addresses addresses, ushort machine, Func<uint, (string Name, uint Type)> inlinees, Func<uint, string> fileName)
{
    // No program nests so deep; damaged records might.
    private const int MaxDepth = 256;
    private const ushort ParameterFlag = 1;

    private readonly LocationReader _locations = new(machine, addresses);
    private uint _functionStart;

    private sealed class Scope
    {
        public List<LocalVariable> Variables { get; } = [];

        public List<BlockScope> Blocks { get; } = [];

        public List<InlineSite> Sites { get; } = [];
    }

    /// <summary>Reads the function whose record is at an offset; null for any other record.</summary>
    public FunctionScope? Read(uint record)
    {
        // A function's records take a few KiB.
        RecordCursor cursor = new(module.Stream, stackalloc byte[8 * RecordCursor.OneRecord]);
        if (!cursor.TryRead(record, out RecordKind kind, out ReadOnlySpan<byte> data, out uint at) || !ProcedureRecord.TryRead(kind, data, out ProcedureRecord procedure)) return null;
        if (!module.TryRead(record, out Symbol symbol, out _functionStart)) return null;
        uint end = Math.Min(procedure.End, module.SymbolEnd);
        uint prologueEnd = addresses.ToImage(_functionStart + procedure.PrologueLength);
        Scope scope = ReadScope(ref cursor, ref at, end, depth: 0);
        return new FunctionScope(symbol, prologueEnd, scope.Variables, scope.Blocks, scope.Sites);
    }

    // Reads up to the end record of the scope, and leaves the position behind it.
    private Scope ReadScope(ref RecordCursor cursor, ref uint at, uint end, int depth)
    {
        Scope scope = new();
        while (at < end && cursor.TryRead(at, out RecordKind kind, out ReadOnlySpan<byte> data, out at))
        {
            switch (kind)
            {
                case RecordKind.End or RecordKind.InlineSiteEnd or RecordKind.ProcedureIdEnd:
                    return scope;
                case RecordKind.FrameProcedure:
                    _locations.TakeFrame(data);
                    break;
                case RecordKind.Block when data.Length >= 18 && depth < MaxDepth:
                    ReadBlock(scope, data, ref cursor, ref at, end, depth);
                    break;
                case RecordKind.InlineSite or RecordKind.InlineSite2 when data.Length >= 12 && depth < MaxDepth:
                    ReadInlineSite(scope, kind, data, ref cursor, ref at, end, depth);
                    break;
                default:
                    if (ReadVariable(kind, data, ref cursor, ref at, end) is { } variable) scope.Variables.Add(variable);
                    break;
            }
        }

        return scope;
    }

    private void ReadBlock(Scope parent, ReadOnlySpan<byte> data, ref RecordCursor cursor, ref uint at, uint end, int depth)
    {
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(data[8..]);
        uint start = addresses.ToImage(addresses.Sections.ToOffset(BinaryPrimitives.ReadUInt16LittleEndian(data[16..]), BinaryPrimitives.ReadUInt32LittleEndian(data[12..])));
        Scope scope = ReadScope(ref cursor, ref at, end, depth + 1);
        parent.Blocks.Add(new BlockScope(start, size, scope.Variables, scope.Blocks));
        // Inlined calls are the function's, whichever block they stand in.
        parent.Sites.AddRange(scope.Sites);
    }

    private void ReadInlineSite(Scope parent, RecordKind kind, ReadOnlySpan<byte> data, ref RecordCursor cursor, ref uint at, uint end, int depth)
    {
        uint id = BinaryPrimitives.ReadUInt32LittleEndian(data[8..]);
        ReadOnlySpan<byte> program = data[(kind == RecordKind.InlineSite2 ? Math.Min(16, data.Length) : 12)..];
        (string name, uint type) = inlinees(id);
        List<SourceLine> lines = [];
        ModuleLines moduleLines = module.Lines;
        if (moduleLines.TryFindInlinee(id, out uint file, out uint first))
        {
            foreach (BinaryAnnotations.Row row in BinaryAnnotations.Read(program, file))
            {
                uint start = addresses.ToImage(_functionStart + row.Start);
                if (start == uint.MaxValue) continue;
                lines.Add(new SourceLine(fileName(moduleLines.FileName(row.File)), (uint)Math.Max(0, (int)first + row.Line), start, row.Length));
            }
        }

        Scope scope = ReadScope(ref cursor, ref at, end, depth + 1);
        lines.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        List<LocalVariable> variables = [.. scope.Variables, .. scope.Blocks.SelectMany(AllVariables)];
        parent.Sites.Add(new InlineSite(name, type, BinaryAnnotations.Ranges(lines), lines, variables, scope.Sites));
    }

    private static IEnumerable<LocalVariable> AllVariables(BlockScope block) => block.Variables.Concat(block.Blocks.SelectMany(AllVariables));

    private LocalVariable? ReadVariable(RecordKind kind, ReadOnlySpan<byte> data, ref RecordCursor cursor, ref uint at, uint end)
    {
        switch (kind)
        {
            case RecordKind.Local when data.Length >= 6:
                return ReadLocal(data, ref cursor, ref at, end);
            case RecordKind.RegisterRelative when data.Length >= 10:
                string register = _locations.RegisterName(BinaryPrimitives.ReadUInt16LittleEndian(data[8..]));
                return Whole(data[10..], LocalKind.Local, BinaryPrimitives.ReadUInt32LittleEndian(data[4..]), new RegisterRelativeLocation(register, BinaryPrimitives.ReadInt32LittleEndian(data)));
            case RecordKind.BasePointerRelative when data.Length >= 8:
                // Parameters are above the frame pointer, variables below.
                int offset = BinaryPrimitives.ReadInt32LittleEndian(data);
                string frame = machine == MachineType.X86 ? "ebp" : "rbp";
                return Whole(data[8..], offset > 0 ? LocalKind.Parameter : LocalKind.Local, BinaryPrimitives.ReadUInt32LittleEndian(data[4..]), new RegisterRelativeLocation(frame, offset));
            case RecordKind.Register when data.Length >= 6:
                string name = _locations.RegisterName(BinaryPrimitives.ReadUInt16LittleEndian(data[4..]));
                return Whole(data[6..], LocalKind.Local, BinaryPrimitives.ReadUInt32LittleEndian(data), new RegisterLocation(name));
            case RecordKind.LocalData or RecordKind.GlobalData when PlaceRecord.TryRead(data, out PlaceRecord place):
                uint linked = addresses.Sections.ToOffset(place.Section, place.Offset);
                return new LocalVariable(PdbText.Decode(PlaceRecord.Name(data)), LocalKind.Static, place.TypeOrFlags, [new LocationRange(new ImageLocation(addresses.ToImage(linked)), [])]);
            case RecordKind.Constant when data.Length >= 6 && NumericLeaf.TryRead(data[4..], out ulong value, out int length):
                return Whole(data[(4 + length)..], LocalKind.Constant, BinaryPrimitives.ReadUInt32LittleEndian(data), new ConstantLocation(value));
            default:
                return null;
        }
    }

    private LocalVariable ReadLocal(ReadOnlySpan<byte> data, ref RecordCursor cursor, ref uint at, uint end)
    {
        bool isParameter = (BinaryPrimitives.ReadUInt16LittleEndian(data[4..]) & ParameterFlag) != 0;
        string name = PdbText.Read(data[6..]);
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(data);
        List<LocationRange> ranges = [];
        while (at < end && cursor.TryRead(at, out RecordKind kind, out ReadOnlySpan<byte> range, out uint next) && IsRange(kind))
        {
            if (_locations.Read(kind, range, isParameter) is { } location) ranges.Add(location);
            at = next;
        }

        return new LocalVariable(name, isParameter ? LocalKind.Parameter : LocalKind.Local, type, ranges);
    }

    private static bool IsRange(RecordKind kind) => kind is RecordKind.Range or RecordKind.RangeSubfield or RecordKind.RangeRegister or RecordKind.RangeFramePointer
        or RecordKind.RangeSubfieldRegister or RecordKind.RangeFramePointerFullScope or RecordKind.RangeRegisterRelative;

    private static LocalVariable Whole(ReadOnlySpan<byte> name, LocalKind kind, uint type, ValueLocation location) =>
        new(PdbText.Read(name), kind, type, [new LocationRange(location, [])]);
}
