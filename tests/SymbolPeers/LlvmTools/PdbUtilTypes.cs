using System.Globalization;
using System.Text.RegularExpressions;

namespace NetKd.SymbolPeers.LlvmTools;

/// <summary>The types of a PDB, put together from the records as llvm-pdbutil prints them, and spelled as <see cref="TypeSpelling"/> says.</summary>
internal sealed partial class PdbUtilTypes
{
    private readonly Dictionary<uint, Record> _records = [];
    private readonly Dictionary<string, uint> _definitions = [];

    public PdbUtilTypes(string text)
    {
        string kind = "", name = "";
        uint index = 0;
        List<string> details = [];
        foreach (string line in text.Split('\n').Append("0x0 | LF_END [size = 0]"))
        {
            Match match = Header().Match(line);
            if (!match.Success)
            {
                details.Add(line.Trim());
                continue;
            }

            if (kind.Length > 0) Add(index, new Record(kind, name, string.Join('\n', details)));
            (index, kind, name) = (Number(match.Groups[1].Value), match.Groups[2].Value, match.Groups[3].Value);
            details.Clear();
        }
    }

    /// <summary>The indices of all records.</summary>
    public IEnumerable<uint> Indices => _records.Keys;

    /// <summary>The record's documented name, such as LF_STRUCTURE.</summary>
    public string KindOf(uint index) => _records[index].Kind;

    /// <summary>The name of a structure, union or enumeration.</summary>
    public string NameOf(uint index) => _records[index].Name;

    /// <summary>const, volatile, both or nothing, of an LF_MODIFIER.</summary>
    public string ModifiersOf(uint index) => Modifiers().Match(_records[index].Details).Groups[1].Value;

    /// <summary>A declaration whose definition the file has elsewhere.</summary>
    public uint Defined(uint index) => _records.TryGetValue(index, out Record? record) && IsDeclaration(record) && _definitions.TryGetValue(Identity(record), out uint definition) ? definition : index;

    /// <summary>A structure that is nowhere defined in the file.</summary>
    public bool IsIncomplete(uint index) => _records.TryGetValue(Defined(index), out Record? record) && IsDeclaration(record);

    /// <summary>Size of a structure, union, array or pointer in bytes.</summary>
    public ulong SizeOf(uint index)
    {
        if (index < 0x1000) return SimpleTypes.Size(index);
        if (!_records.TryGetValue(Defined(index), out Record? record)) return 0;
        return record.Kind switch
        {
            "LF_STRUCTURE" or "LF_CLASS" or "LF_UNION" or "LF_INTERFACE" or "LF_ARRAY" => ulong.Parse(SizePattern().Match(record.Details).Groups[1].Value, CultureInfo.InvariantCulture),
            "LF_ENUM" => SizeOf(Reference("underlying type: ", record)),
            "LF_MODIFIER" => SizeOf(Reference("referent = ", record)),
            "LF_BITFIELD" => SizeOf(Reference("type = ", record)),
            _ => 0,
        };
    }

    /// <summary>The spelling of a type.</summary>
    public string Spell(uint index, int depth = 0)
    {
        if (index < 0x1000) return SimpleTypes.Spell(index);
        if (depth > TypeSpelling.DepthLimit) return "...";
        if (!_records.TryGetValue(Defined(index), out Record? record)) return "?";
        switch (record.Kind)
        {
            case "LF_MODIFIER":
                return Spell(Reference("referent = ", record), depth);
            case "LF_POINTER":
                string mode = Mode().Match(record.Details).Groups[1].Value;
                string mark = mode.EndsWith("ref", StringComparison.Ordinal) ? "&" : "*";
                return mark + Spell(Reference("referent = ", record), depth + 1);
            case "LF_ARRAY":
                ulong element = SizeOf(Reference("element type: ", record));
                uint type = Reference("element type: ", record);
                if (element == 0) element = PointerSize(type);
                return $"[{(element == 0 ? 0 : SizeOf(index) / element)}]{Spell(type, depth + 1)}";
            case "LF_PROCEDURE" or "LF_MFUNCTION":
                IEnumerable<uint> arguments = _records.TryGetValue(Reference("param list = ", record), out Record? list) ? Arguments().Matches(list.Details).Select(m => Number(m.Groups[1].Value)) : [];
                return $"({Spell(Reference("return type = ", record), depth + 1)};{string.Join(',', arguments.Select(a => a == 0 ? "..." : Spell(a, depth + 1)))})";
            case "LF_BITFIELD":
                Match bits = Bits().Match(record.Details);
                return $":{bits.Groups[1].Value}+{bits.Groups[2].Value} {Spell(Reference("type = ", record), depth + 1)}";
            case "LF_VTSHAPE":
                return TypeSpelling.VirtualTable;
            default:
                return record.Name;
        }
    }

    /// <summary>Members, bases and values of a structure or enumeration, a line each as <see cref="TypeSpelling.Members"/> writes them.</summary>
    public IReadOnlyList<string> Members(uint index)
    {
        Record record = _records[Defined(index)];
        List<string> members = [];
        string integer = record.Kind == "LF_ENUM" ? Spell(Reference("underlying type: ", record)) : "";
        for (uint list = Reference("field list: ", record); list != 0 && _records.TryGetValue(list, out Record? fields);)
        {
            uint next = 0;
            foreach (string entry in Entries().Split(fields.Details))
            {
                if (Member().Match(entry) is { Success: true } field) members.Add($"field {field.Groups[1].Value} {field.Groups[3].Value} {Spell(Number(field.Groups[2].Value))}");
                else if (StaticMember().Match(entry) is { Success: true } item) members.Add($"static {item.Groups[1].Value} {Spell(Number(item.Groups[2].Value))}");
                else if (Base().Match(entry) is { Success: true } direct) members.Add($"base {Spell(Number(direct.Groups[1].Value))} {direct.Groups[2].Value}");
                else if (VirtualBase().Match(entry) is { Success: true } shared) members.Add($"virtual base {Spell(Number(shared.Groups[1].Value))}");
                else if (Enumerate().Match(entry) is { Success: true } value) members.Add($"value {value.Groups[1].Value} {TypeSpelling.Value(value.Groups[2].Value, integer)}");
                else if (OneMethod().Match(entry) is { Success: true } method) members.Add($"function {method.Groups[1].Value} {Attributes(method.Groups[3].Value)}{Spell(Number(method.Groups[2].Value))}");
                else if (Overloads().Match(entry) is { Success: true } overloads) members.AddRange(Methods().Matches(_records[Number(overloads.Groups[2].Value)].Details).Select(m => $"function {overloads.Groups[1].Value} {Attributes(m.Groups[2].Value)}{Spell(Number(m.Groups[1].Value))}"));
                else if (entry.StartsWith("LF_INDEX", StringComparison.Ordinal)) next = Number(Regex.Match(entry, "0x([0-9A-F]+)").Groups[1].Value);
            }

            list = next;
        }

        return members;
    }

    private static string Attributes(string attributes) => (attributes.Contains("static", StringComparison.Ordinal) ? "static " : "") + (attributes.Contains("virtual", StringComparison.Ordinal) ? "virtual " : "");

    // A declaration of a nested or local type has its unique name in common with its definition; C types may have only the name.
    private static string Identity(Record record) => UniqueName().Match(record.Details) is { Success: true } unique ? unique.Groups[1].Value : record.Name;

    private static bool IsDeclaration(Record record) => record.Kind is "LF_STRUCTURE" or "LF_CLASS" or "LF_UNION" or "LF_ENUM" or "LF_INTERFACE" && record.Details.Contains("forward ref", StringComparison.Ordinal);

    private static uint Number(string text) => text == "<no type>" ? 0 : uint.Parse(text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static uint Reference(string label, Record record) => Regex.Match(record.Details, $@"(?<![a-z] ){Regex.Escape(label)}(0x[0-9A-F]+)") is { Success: true } match ? Number(match.Groups[1].Value) : 0;

    private ulong PointerSize(uint index) => !_records.TryGetValue(index, out Record? record) ? 0
        : record.Kind == "LF_MODIFIER" ? PointerSize(Reference("referent = ", record))
        : record.Kind != "LF_POINTER" ? SizeOf(index)
        : record.Details.Contains("ptr64", StringComparison.Ordinal) ? 8u : 4u;

    private void Add(uint index, Record record)
    {
        _records.Add(index, record);
        if (record.Name.Length > 0 && !IsDeclaration(record)) _definitions[Identity(record)] = index;
    }

    private sealed record Record(string Kind, string Name, string Details);

    [GeneratedRegex(@"^\s*0x([0-9A-F]+) \| (LF_[A-Z0-9_]+) \[size = \d+\](?: `(.*)`)?")]
    private static partial Regex Header();

    [GeneratedRegex(@"modifiers = (.*)")]
    private static partial Regex Modifiers();

    [GeneratedRegex(@"(?:sizeof |^size: )(\d+)", RegexOptions.Multiline)]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"mode = ([a-z ]+),")]
    private static partial Regex Mode();

    [GeneratedRegex(@"^(0x[0-9A-F]+|<no type>)[^`]*: `", RegexOptions.Multiline)]
    private static partial Regex Arguments();

    [GeneratedRegex(@"bit offset = (\d+), # bits = (\d+)")]
    private static partial Regex Bits();

    [GeneratedRegex(@"^- (?=LF_|Method)", RegexOptions.Multiline)]
    private static partial Regex Entries();

    [GeneratedRegex(@"^LF_MEMBER \[name = `(.*)`, Type = (0x[0-9A-F]+|<no type>).*, offset = (\d+)")]
    private static partial Regex Member();

    [GeneratedRegex(@"^LF_STMEMBER \[name = `(.*)`, type = (0x[0-9A-F]+)")]
    private static partial Regex StaticMember();

    [GeneratedRegex(@"^LF_BCLASS\ntype = (0x[0-9A-F]+).*, offset = (\d+)")]
    private static partial Regex Base();

    // Indirect ones (LF_IVBCLASS) belong to the bases.
    [GeneratedRegex(@"^LF_VBCLASS\nbase = (0x[0-9A-F]+)")]
    private static partial Regex VirtualBase();

    [GeneratedRegex(@"^LF_ENUMERATE \[(.*) = (-?\d+)\]")]
    private static partial Regex Enumerate();

    [GeneratedRegex(@"^LF_ONEMETHOD \[name = `(.*)`\]\ntype = (0x[0-9A-F]+).*attrs = (.*)")]
    private static partial Regex OneMethod();

    [GeneratedRegex(@"^LF_METHOD \[name = `(.*)`, # overloads = \d+, overload list = (0x[0-9A-F]+)")]
    private static partial Regex Overloads();

    [GeneratedRegex(@"Method \[type = (0x[0-9A-F]+).*attrs = (.*)\]")]
    private static partial Regex Methods();

    [GeneratedRegex(@"unique name: `(.*)`")]
    private static partial Regex UniqueName();
}
