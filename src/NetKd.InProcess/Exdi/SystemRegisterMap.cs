using System.Collections.Frozen;
using System.Globalization;
using System.Xml.Linq;
using NetKd.Transport;

namespace NetKd.InProcess.Exdi;

/// <summary>
/// The file that says what a stub calls the system registers, which debuggers know by numbers: elements <c>register</c> with <c>Name</c> and
/// <c>AccessCode</c>, five numbers of which the first is an amd64 machine's register (documentation: EXDI XML configuration files).
/// </summary>
public static class SystemRegisterMap
{
    /// <summary>Names the file.</summary>
    public const string Variable = "EXDI_SYSTEM_REGISTERS_MAP_XML_FILE";

    private const string Architecture = "X64";

    /// <summary>Reads the names of amd64's model-specific registers; empty without a file.</summary>
    /// <exception cref="ConnectionStringException">The file cannot be read, or is damaged.</exception>
    public static IReadOnlyDictionary<uint, string> Read(string? path)
    {
        if (string.IsNullOrEmpty(path)) return FrozenDictionary<uint, string>.Empty;
        Dictionary<uint, string> names = [];
        foreach (XElement register in ExdiFile.Load(path, Variable).DescendantsAndSelf("SystemRegisters").Where(e => e.Attribute("Architecture")?.Value == Architecture).Elements("register"))
        {
            string name = register.Attribute("Name")?.Value ?? "", code = register.Attribute("AccessCode")?.Value.Split(',')[0].Trim() ?? "";
            if (name.Length == 0 || !TryParse(code, out uint number)) throw new ConnectionStringException($"exdi: {path}, which {Variable} names, has a register '{name}' with AccessCode '{code}': a number is needed.");
            names[number] = name;
        }

        return names;
    }

    private static bool TryParse(string text, out uint number) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
