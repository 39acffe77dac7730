using System.Collections.Frozen;
using System.Globalization;
using System.Xml.Linq;
using NetKd.Target.Bridge;
using NetKd.Transport;

namespace NetKd.InProcess.Exdi;

/// <summary>
/// The file that says what a stub calls the system registers, which debuggers know by numbers: for each architecture elements <c>register</c> with
/// <c>Name</c> and <c>AccessCode</c>, five numbers. Of x86 and amd64 the first is the register; of arm64 they are op0, op1, CRn, CRm and op2, of which
/// debuggers make one number with four bits each (documentation: EXDI XML configuration files).
/// </summary>
public static class SystemRegisterMap
{
    /// <summary>Names the file.</summary>
    public const string Variable = "EXDI_SYSTEM_REGISTERS_MAP_XML_FILE";

    private const int FieldBits = 4;
    private const int Arm64Fields = 5;

    /// <summary>Reads the names of system registers; empty without a file. Those of architectures that are not known are passed over.</summary>
    /// <exception cref="ConnectionStringException">The file cannot be read, or is damaged.</exception>
    public static IReadOnlyDictionary<(GuestArchitecture Architecture, uint Number), string> Read(string? path)
    {
        if (string.IsNullOrEmpty(path)) return FrozenDictionary<(GuestArchitecture, uint), string>.Empty;
        Dictionary<(GuestArchitecture, uint), string> names = [];
        foreach (XElement group in ExdiFile.Load(path, Variable).DescendantsAndSelf("SystemRegisters"))
        {
            if (Architecture(group.Attribute("Architecture")?.Value) is not { } architecture) continue;
            foreach (XElement register in group.Elements("register"))
            {
                string name = register.Attribute("Name")?.Value ?? "", code = register.Attribute("AccessCode")?.Value ?? "";
                if (name.Length == 0 || Number(architecture, code) is not { } number) throw new ConnectionStringException($"exdi: {path}, which {Variable} names, has a register '{name}' with AccessCode '{code}': {(architecture == GuestArchitecture.Arm64 ? "five numbers below 16 are" : "a number is")} needed.");
                names[(architecture, number)] = name;
            }
        }

        return names;
    }

    private static GuestArchitecture? Architecture(string? name) => name?.ToUpperInvariant() switch
    {
        "X64" => GuestArchitecture.Amd64,
        "X86" => GuestArchitecture.X86,
        "ARM64" => GuestArchitecture.Arm64,
        _ => null,
    };

    private static uint? Number(GuestArchitecture architecture, string code)
    {
        string[] fields = code.Split(',', StringSplitOptions.TrimEntries);
        if (architecture != GuestArchitecture.Arm64) return TryParse(fields[0], out uint first) ? first : null;
        if (fields.Length != Arm64Fields) return null;
        uint number = 0;
        foreach (string field in fields)
        {
            if (!TryParse(field, out uint value) || value >= 1 << FieldBits) return null;
            number = number << FieldBits | value;
        }

        return number;
    }

    private static bool TryParse(string text, out uint number) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
