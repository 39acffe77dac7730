using System.Collections.Frozen;
using System.Xml.Linq;
using NetKd.Gdb;
using NetKd.Target.Bridge;
using NetKd.Transport;

namespace NetKd.InProcess.Exdi;

/// <summary>
/// What follows kd's <c>-kx</c>: <c>exdi:gdb=HOST:PORT[,kd=guess|off][,arch=amd64|arm64|x86]</c>, or Microsoft's form with the class of its gdb server driver, whose address
/// is then in an XML file (facts: kernel-debugging-docs, E.4).
/// </summary>
/// <param name="Host">Host of the gdb stub.</param>
/// <param name="Port">Its TCP port.</param>
/// <param name="Guesses">Look for a kernel with NT's structures; else the machine is shown with a made-up one.</param>
public sealed record ExdiOptions(string Host, int Port, bool Guesses)
{
    /// <summary>Names the XML file with the stub's address, for the form with a class.</summary>
    public const string ConfigurationVariable = "EXDI_GDBSRV_XML_CONFIG_FILE";

    /// <summary>What the machine is; null when the stub is to say it.</summary>
    public GuestArchitecture? Architecture { get; init; }

    private const string GdbServerClass = "{29f9906e-9dbe-4d4b-b0fb-6acf7fb6d014}";

    /// <summary>What the stub calls system registers, by their numbers: those of <see cref="SystemRegisterMap.Variable"/>.</summary>
    public IReadOnlyDictionary<(GuestArchitecture Architecture, uint Number), string> RegisterNames { get; init; } = FrozenDictionary<(GuestArchitecture, uint), string>.Empty;

    /// <summary>Reads options.</summary>
    /// <param name="text">The text, with or without <c>exdi:</c>.</param>
    /// <param name="environment">Gives an environment variable.</param>
    /// <exception cref="ConnectionStringException">They are malformed; the message says what is allowed.</exception>
    public static ExdiOptions Parse(string text, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(environment);
        if (text.StartsWith("exdi:", StringComparison.OrdinalIgnoreCase)) text = text["exdi:".Length..];
        string? stub = null, driver = null;
        bool guesses = true;
        GuestArchitecture? architecture = null;
        foreach (string option in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string name = (equals < 0 ? option : option[..equals]).Trim().ToLowerInvariant(), value = equals < 0 ? "" : option[(equals + 1)..].Trim();
            switch (name)
            {
                case "gdb":
                    stub = value;
                    break;
                case "clsid":
                    driver = value;
                    break;
                case "kd":
                    guesses = value.ToLowerInvariant() switch
                    {
                        "guess" or "ioctl" => true,
                        "off" or "none" => false,
                        _ => throw new ConnectionStringException($"exdi: kd={value} is not known: guess or off."),
                    };
                    break;
                case "arch":
                    architecture = GuestArchitectures.Parse(value) ?? throw new ConnectionStringException($"exdi: arch={value} is not known: {GuestArchitectures.Names}.");
                    break;
                // Where data breakpoints are kept, and whether the driver runs within the debugger: here both are as they say.
                case "databreaks" or "inproc":
                    break;
                default:
                    throw new ConnectionStringException($"exdi: {name} is not an option (gdb=HOST:PORT, kd=guess|off, arch=amd64|arm64|x86; or CLSID=..., Kd=Guess, DataBreaks=Exdi).");
            }
        }

        if (driver is not null && !driver.Equals(GdbServerClass, StringComparison.OrdinalIgnoreCase))
            throw new ConnectionStringException($"exdi: CLSID {driver} is a driver that only Windows could load; that of gdb servers, {GdbServerClass}, is built in.");
        if (stub is null && driver is not null) stub = AddressOfConfiguration(environment(ConfigurationVariable));
        if (stub is null) throw new ConnectionStringException("exdi: needs the stub's address, as in exdi:gdb=127.0.0.1:1234.");
        if (!StubAddress.TryParse(stub, out StubAddress? address))
            throw new ConnectionStringException($"exdi: {stub} is no address of a stub: HOST:PORT, as in 127.0.0.1:1234.");
        return new ExdiOptions(address.Host, address.Port, guesses)
        {
            Architecture = architecture,
            RegisterNames = SystemRegisterMap.Read(environment(SystemRegisterMap.Variable)),
        };
    }

    // The first HostNameAndPort of the current target's part, or of any.
    private static string AddressOfConfiguration(string? path)
    {
        if (path is null) throw new ConnectionStringException($"exdi: the environment variable {ConfigurationVariable} is to name the XML file with the stub's address; or give gdb=HOST:PORT.");
        XElement root = ExdiFile.Load(path, ConfigurationVariable);
        string? current = root.DescendantsAndSelf().Select(e => e.Attribute("CurrentTarget")?.Value).FirstOrDefault(v => v is not null);
        IEnumerable<XElement> parts = root.DescendantsAndSelf().Where(e => current is not null && e.Attribute("Name")?.Value == current).DefaultIfEmpty(root);
        return parts.SelectMany(p => p.DescendantsAndSelf()).Select(e => e.Attribute("HostNameAndPort")?.Value).FirstOrDefault(v => v is not null)
            ?? throw new ConnectionStringException($"exdi: {path} has no HostNameAndPort.");
    }
}
