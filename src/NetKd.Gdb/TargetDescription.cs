using System.Globalization;
using System.Xml;

namespace NetKd.Gdb;

/// <summary>A register of a stub's description.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Number">Its number in <c>p</c> and <c>P</c>.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Offset">Where it is in the answer to <c>g</c>, in bytes; -1 when it is not there.</param>
public sealed record GdbRegister(string Name, int Number, int Size, int Offset);

/// <summary>What a stub says of its registers (GDB manual, "Target Descriptions"), in the order of their numbers.</summary>
public sealed class TargetDescription
{
    private const int MaxRegisters = 4096;
    private const int MaxRegisterBits = 1 << 16;
    private const int MaxDepth = 8;
    private const long MaxCharacters = 1 << 20;

    private readonly Dictionary<string, GdbRegister> _byName;
    private readonly Dictionary<string, GdbRegister> _byLooseName;

    private TargetDescription(string architecture, IReadOnlyList<GdbRegister> registers)
    {
        Architecture = architecture;
        Registers = registers;
        _byName = registers.DistinctBy(r => r.Name).ToDictionary(r => r.Name, StringComparer.Ordinal);
        _byLooseName = registers.DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(r => r.Name, StringComparer.OrdinalIgnoreCase);
        Size = registers.Count == 0 ? 0 : registers.Max(r => r.Offset + r.Size);
    }

    /// <summary>The architecture by gdb's name: <c>i386:x86-64</c>, <c>aarch64</c>; empty when the stub does not say.</summary>
    public string Architecture { get; }

    /// <summary>Its registers by number.</summary>
    public IReadOnlyList<GdbRegister> Registers { get; }

    /// <summary>Bytes of the answer to <c>g</c>.</summary>
    public int Size { get; }

    /// <summary>A register by name, or null. Letter case counts only where the stub has two that differ in nothing else.</summary>
    public GdbRegister? Find(string name) => _byName.GetValueOrDefault(name) ?? _byLooseName.GetValueOrDefault(name);

    /// <summary>Registers without a description: what gdb assumes of an architecture.</summary>
    public static TargetDescription Default(string architecture, IEnumerable<(string Name, int Size)> registers)
    {
        List<GdbRegister> list = [];
        int offset = 0;
        foreach ((string name, int size) in registers)
        {
            list.Add(new GdbRegister(name, list.Count, size, offset));
            offset += size;
        }

        return new TargetDescription(architecture, list);
    }

    /// <summary>Reads a description.</summary>
    /// <param name="document">Gives a document by its name, <c>target.xml</c> first; null for one that the stub does not have.</param>
    /// <exception cref="GdbException">It is no XML, or too large.</exception>
    public static TargetDescription Read(Func<string, string?> document)
    {
        string architecture = "";
        SortedDictionary<int, (string Name, int Size)> registers = [];
        int next = 0;
        Read("target.xml", 0);
        List<GdbRegister> list = [];
        int offset = 0;
        foreach ((int number, (string name, int size)) in registers)
        {
            list.Add(new GdbRegister(name, number, size, offset));
            offset += size;
        }

        return new TargetDescription(architecture, list);

        void Read(string name, int depth)
        {
            if (depth > MaxDepth) throw new GdbException($"The stub's description includes documents deeper than {MaxDepth} ({name}).");
            if (document(name) is not { } text) return;
            // No DTD is resolved: a description comes from the other side.
            XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersInDocument = MaxCharacters };
            // The prefix of inclusions is declared by gdb's DTD, not in the documents.
            XmlNamespaceManager names = new(new NameTable());
            names.AddNamespace("xi", "http://www.w3.org/2001/XInclude");
            try
            {
                using XmlReader reader = XmlReader.Create(new StringReader(text), settings, new XmlParserContext(null, names, null, XmlSpace.Default));
                while (!reader.EOF)
                {
                    // Reading an element's text leaves the reader at what follows it.
                    if (reader is { NodeType: XmlNodeType.Element, LocalName: "architecture" })
                    {
                        architecture = reader.ReadElementContentAsString().Trim();
                        continue;
                    }

                    if (reader is { NodeType: XmlNodeType.Element, LocalName: "include" } && reader.GetAttribute("href") is { } href) Read(href, depth + 1);
                    else if (reader is { NodeType: XmlNodeType.Element, LocalName: "reg" }) AddRegister(reader);
                    reader.Read();
                }
            }
            catch (XmlException e)
            {
                throw new GdbException($"The stub's description {name} is damaged: {e.Message}", e);
            }
        }

        void AddRegister(XmlReader reader)
        {
            if (Number(reader.GetAttribute("regnum")) is { } number) next = number;
            int bits = Number(reader.GetAttribute("bitsize")) ?? 0;
            if (bits is <= 0 or > MaxRegisterBits || next is < 0 or > MaxRegisters)
                throw new GdbException($"The stub describes register {reader.GetAttribute("name")} with number {next} and {bits} bits, which cannot be.");
            registers[next++] = (reader.GetAttribute("name") ?? "", (bits + 7) / 8);
        }
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
