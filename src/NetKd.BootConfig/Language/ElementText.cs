using System.Net;
using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Language;

/// <summary>Elements as people write and read them.</summary>
internal static class ElementText
{
    /// <summary>The column at which values begin.</summary>
    public const int ValueColumn = 24;

    private const string BooleanForms = "Yes is 1, ON, YES or TRUE; no is 0, OFF, NO or FALSE.";
    private const int MostTextCharacters = 8192;

    /// <summary>Reads a value; lists are read by the command that edits them.</summary>
    public static BcdValue Parse(BcdElement element, IReadOnlyList<string> words, BcdEditSession session)
    {
        string text = string.Join(' ', words);
        BcdValue value = element.Format switch
        {
            BcdElementFormat.Device => ParseDevice(text),
            BcdElementFormat.String when text.Length <= MostTextCharacters => new BcdValue.String(text),
            BcdElementFormat.String => throw BcdEditException.DataNotValid("string", $"A text has at most {MostTextCharacters} characters."),
            BcdElementFormat.Object => new BcdValue.Object(session.Identifier(text)),
            BcdElementFormat.ObjectList => new BcdValue.ObjectList([.. words.Select(session.Identifier)]),
            BcdElementFormat.Integer => new BcdValue.Integer(ParseInteger(element, text)),
            BcdElementFormat.Boolean => new BcdValue.Boolean(ParseBoolean(text)),
            BcdElementFormat.IntegerList => new BcdValue.IntegerList([.. words.Select(word => ParseInteger(element, word))]),
            _ => throw BcdEditException.UnknownElement(element.Name),
        };
        if (ElementRules.Refuse(element.Type, value) is { } allowed) throw BcdEditException.DataNotValid(element.Format == BcdElementFormat.Integer ? "integer" : "string", allowed);
        return value;
    }

    /// <summary>On or off, in all forms that bcdedit takes.</summary>
    public static bool ParseBoolean(string text) => text.ToUpperInvariant() switch
    {
        "1" or "ON" or "YES" or "TRUE" => true,
        "0" or "OFF" or "NO" or "FALSE" => false,
        _ => throw BcdEditException.DataNotValid("boolean", BooleanForms),
    };

    /// <summary>The lines of an element in a listing: its name, and its values in their column.</summary>
    public static IEnumerable<string> Lines(BcdElement element, BcdValue value, BcdEditSession session)
    {
        string name = element.Name.PadRight(ValueColumn - 1) + ' ';
        foreach (string text in Texts(element, value, session))
        {
            yield return name + text;
            name = new string(' ', ValueColumn);
        }
    }

    private static IEnumerable<string> Texts(BcdElement element, BcdValue value, BcdEditSession session) => value switch
    {
        BcdValue.Device device => [device.Value.ToString()],
        BcdValue.String text => [text.Value],
        BcdValue.Object id => [session.Show(id.Value)],
        BcdValue.ObjectList ids => ids.Values.Select(session.Show),
        BcdValue.Integer number => [Number(element, number.Value)],
        BcdValue.Boolean flag => [flag.Value ? "Yes" : "No"],
        BcdValue.IntegerList numbers => numbers.Values.Select(number => Number(element, number)),
        BcdValue.Unreadable raw => [Convert.ToHexStringLower(raw.Data)],
        _ => [],
    };

    private static string Number(BcdElement element, ulong value)
    {
        if (element.Names?.NameOf(value) is { } name) return name;
        return element.Notation switch
        {
            BcdNotation.Decimal => value.ToString(CultureInfo.InvariantCulture),
            BcdNotation.IPv4 when value <= uint.MaxValue => new IPAddress([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]).ToString(),
            _ => $"0x{value:x}",
        };
    }

    private static ulong ParseInteger(BcdElement element, string text)
    {
        ulong value;
        if (element.Names is { } names && names.TryParse(text, out value)) return value;
        if (element.Notation == BcdNotation.IPv4 && ElementRules.TryIPv4(text, out value)) return value;
        bool isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (ulong.TryParse(isHexadecimal ? text[2..] : text, isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && (element.Names is null || element.Names.NameOf(value) is not null))
            return value;
        throw BcdEditException.DataNotValid("integer", element switch
        {
            { Names: { } known } => $"{element.Name} is one of: {string.Join(", ", known.All)}.",
            { Notation: BcdNotation.IPv4 } => ElementRules.IPv4,
            _ => ElementRules.Refuse(element.Type, new BcdValue.Integer(ulong.MaxValue)) ?? "A number is decimal, or hexadecimal with 0x before it.",
        });
    }

    private static BcdValue.Device ParseDevice(string text)
    {
        if (BcdDevice.TryParse(text, out BcdDevice? device)) return new BcdValue.Device(device!);
        throw BcdEditException.DataNotValid("device", $"A store file knows no drive letters; devices are: {BcdDevice.Forms}.");
    }
}
