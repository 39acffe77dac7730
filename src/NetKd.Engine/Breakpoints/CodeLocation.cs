using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NetKd.Engine.Sources;
using NetKd.Engine.Symbols;

namespace NetKd.Engine.Breakpoints;

/// <summary>
/// A place in code by name, which can be looked up again whenever a module comes: <c>module!name</c>, <c>module!name+0x10</c>,
/// <c>@!"module!name"</c>, and source lines in back quotes, <c>`module!file.c:123`</c> (facts: kernel-debugging-docs, D.0).
/// </summary>
public sealed record CodeLocation
{
    private CodeLocation(string text, string? module, string name, ulong displacement, uint? line)
    {
        Text = text;
        Module = module;
        Name = name;
        Displacement = displacement;
        Line = line;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The module's name; null when it was not given.</summary>
    public string? Module { get; }

    /// <summary>The function's name, or the source file's.</summary>
    public string Name { get; }

    /// <summary>Bytes behind the named place.</summary>
    public ulong Displacement { get; }

    /// <summary>The line of a source file; null for a name.</summary>
    public uint? Line { get; }

    /// <summary>Reads a location; false for anything else, such as a number or a computation.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CodeLocation? location)
    {
        ArgumentNullException.ThrowIfNull(text);
        location = null;
        string trimmed = text.Trim();
        if (trimmed is ['`', .. { Length: > 1 }, '`']) return TryParseLine(trimmed, out location);
        string body = trimmed.StartsWith("@!\"", StringComparison.Ordinal) && trimmed.EndsWith('"') ? trimmed[3..^1] : trimmed;
        int bang = body.IndexOf('!', StringComparison.Ordinal);
        string? module = bang > 0 ? body[..bang] : null;
        string name = body[(bang + 1)..];
        ulong displacement = 0;
        // Quoted, a plus belongs to the name (operator+).
        int plus = ReferenceEquals(body, trimmed) ? name.LastIndexOf('+') : -1;
        if (plus > 0)
        {
            ReadOnlySpan<char> digits = name.AsSpan(plus + 1).Trim();
            if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
            if (!ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out displacement)) return false;
            name = name[..plus].TrimEnd();
        }

        if (name.Length == 0 || bang == 0 || char.IsAsciiDigit(body[0]) || body[0] is '@' or '$' or '(' or '-' or '`') return false;
        if (module is not null && module.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))) return false;
        if (ReferenceEquals(body, trimmed) && name.AsSpan().ContainsAny(" *(/")) return false;
        location = new CodeLocation(trimmed, module, name, displacement, null);
        return true;
    }

    /// <summary>
    /// Looks the place up in the modules that are there, or in one of them. None: it is not known; several: the text is ambiguous.
    /// </summary>
    public IReadOnlyList<ulong> Resolve(DebugClient client, string? onlyModule = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        string? module = onlyModule ?? Module;
        if (Line is uint line)
        {
            IReadOnlyList<SourceLocation> lines = client.SourceLines.Find(module, Name, line);
            // The code of one line in one function may be several pieces: it begins at the lowest. Functions compiled twice are two places.
            return [.. lines.GroupBy(l => client.Symbols.FunctionStart(l.Address)).Select(g => g.Min(l => l.Address)).Order()];
        }

        return [.. client.Symbols.Find(module is null ? Name : $"{module}!{Name}").Select(s => s.Address + Displacement)];
    }

    private static bool TryParseLine(string text, [NotNullWhen(true)] out CodeLocation? location)
    {
        location = null;
        string body = text[1..^1].Trim();
        int colon = body.LastIndexOf(':');
        if (colon <= 0) return false;
        ReadOnlySpan<char> digits = body.AsSpan(colon + 1).Trim();
        bool hexadecimal = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (hexadecimal) digits = digits[2..];
        // Line numbers are decimal whatever the radix (Microsoft Learn, "Debugging in Source Mode").
        if (!uint.TryParse(digits, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out uint line) || line == 0) return false;
        int bang = body.IndexOf('!', StringComparison.Ordinal);
        string file = body[(bang + 1)..colon].Trim();
        if (file.Length == 0) return false;
        location = new CodeLocation(text, bang > 0 ? body[..bang].Trim() : null, file, 0, line);
        return true;
    }
}
