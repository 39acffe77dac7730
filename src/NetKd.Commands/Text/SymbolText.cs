using NetKd.Symbols;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Text;

/// <summary>What <c>x</c> and <c>ln</c> say of a symbol behind its name (facts: kd-transcript, x and ln).</summary>
internal static class SymbolText
{
    // In a section's characteristics (PE/COFF specification, "Section Flags").
    private const uint Executable = 0x20000000;

    /// <summary>Its type, or null when it is not known.</summary>
    public static TypeInfo? Type(ModuleSymbol symbol) =>
        symbol.Symbol.TypeIndex == 0 ? null : symbol.Module.LoadedSymbols?.Types?.Get(symbol.Symbol.TypeIndex);

    /// <summary>True for code: a function by its kind, and a bare name by the section that it is in.</summary>
    public static bool IsFunction(ModuleSymbol symbol) => symbol.Symbol.Kind switch
    {
        SymbolKind.Function or SymbolKind.Thunk or SymbolKind.Label => true,
        SymbolKind.Public or SymbolKind.Export => symbol.Module.Image?.Sections is not { } sections
            || sections.All(s => !s.Contains(symbol.Symbol.Offset) || (s.Characteristics & Executable) != 0),
        _ => false,
    };

    /// <summary>
    /// The parameters of a function, <c>(int, char*)</c>, or a variable's value or type, <c>= 0x2a</c>; what is not known is said in kd's words.
    /// </summary>
    public static string Suffix(ModuleSymbol symbol, string? value = null, bool joinsParenthesis = false)
    {
        TypeInfo? type = Type(symbol);
        if (!IsFunction(symbol)) return $" = {value ?? (type is null ? "<no type information>" : Declared(type))}";
        string parameters = (type?.Plain as FunctionType)?.ParameterText ?? "<no parameter info>";
        return joinsParenthesis ? $"({parameters})" : $" ({parameters})";
    }

    /// <summary>A type's name with the word that declares it, as kd writes types.</summary>
    public static string Declared(TypeInfo type) => type.Plain switch
    {
        UserDefinedType user => $"{(user.Kind switch { UserDefinedKind.Class => "class", UserDefinedKind.Union => "union", UserDefinedKind.Interface => "interface", _ => "struct" })} {type.Name}",
        EnumType => $"enum {type.Name}",
        _ => type.Name,
    };
}
