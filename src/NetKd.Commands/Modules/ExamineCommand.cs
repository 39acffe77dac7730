using NetKd.Symbols;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Modules;

/// <summary><c>x</c>: the symbols that match a pattern.</summary>
internal sealed class ExamineCommand(CommandSession session) : ICommandGroup
{
    // As wide on 32-bit targets.
    private const int AddressWidth = 17;

    // A variable's value costs a request; a list of thousands shows types instead.
    private const int MostValues = 256;

    public IEnumerable<Command> Commands =>
    [
        new("x", new(
            "x [/0|/1|/2] [/a|/A|/n|/N|/z|/Z] [/t] [/v] [/s size] [/f] [/d] [/q] [/p] module!pattern",
            "Lists symbols: /0 addresses only, /1 names only, /2 both; by address (a), name (n) or size (z); v with kind and size, t with types, f functions, d data.",
            "x /2 /a nt!Ke*"), Examine),
    ];

    private void Examine(CommandCall call)
    {
        session.RequireStopped();
        ExamineOptions options = ExamineOptions.Read(call, session);
        string pattern = call.Arguments.ReadRest();
        if (pattern == "*") throw new CommandException("The variables of the current function are shown by dv.");
        int bang = pattern.IndexOf('!', StringComparison.Ordinal);
        if (bang < 0) throw call.Arguments.Error("Write module!pattern: syntax error");
        string module = pattern[..bang];
        if (!module.AsSpan().ContainsAny('*', '?') && session.Client.Modules.FindByName(module) is null)
        {
            // kd quotes up to the module's name and points behind the exclamation mark (facts: kd-transcript, x foo!bar).
            throw new CommandException($"Couldn't resolve 'x {module}'", call.Arguments.Text.IndexOf('!', StringComparison.Ordinal) + 1);
        }

        IEnumerable<ModuleSymbol> found = session.Client.Symbols.Match(pattern).Where(s => Wanted(s, options));
        if (options.Sorting is { } sorting) found = sorting(found);
        int values = 0;
        foreach (ModuleSymbol symbol in found)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            session.WriteLine(Line(symbol, options, ref values));
        }
    }

    private static bool Wanted(ModuleSymbol symbol, ExamineOptions options)
    {
        bool function = SymbolText.IsFunction(symbol);
        if (options.FunctionsOnly && !function || options.DataOnly && function) return false;
        // A size that is not known is no reason to hide a symbol (Microsoft Learn, "x (Examine Symbols)").
        return options.Size is not uint wanted || SizeOf(symbol) is var size && (size == 0 || size == wanted);
    }

    private string Line(ModuleSymbol symbol, ExamineOptions options, ref int values)
    {
        string address = symbol.Symbol.Kind == SymbolKind.Constant ? "" : session.Address(symbol.Address).PadRight(AddressWidth);
        string name = options.QuotesNames ? $"@!\"{symbol}\"" : symbol.ToString();
        switch (options.Columns)
        {
            case ExamineColumns.Address:
                return address.TrimEnd();
            case ExamineColumns.Name:
                return name;
            case ExamineColumns.AddressAndName:
                return $"{address} {name}";
        }

        string details = options.ShowsDetails ? $"{Source(symbol)} {Kind(symbol),-6} " : "";
        string size = options.ShowsDetails ? $"{SizeOf(symbol),4:x} " : "";
        string type = options.ShowsTypes ? $"{TypeName(symbol)} " : "";
        return $"{details}{address} {size}{type}{name}{SymbolText.Suffix(symbol, Value(symbol, ref values), options.JoinsParenthesis)}";
    }

    private string? Value(ModuleSymbol symbol, ref int values)
    {
        if (symbol.Symbol.Kind == SymbolKind.Constant) return $"0x{symbol.Symbol.Value:x}";
        if (symbol.Symbol.Kind != SymbolKind.Data || SymbolText.Type(symbol)?.Plain is not (BasicType or PointerType or EnumType) || values++ >= MostValues) return null;
        TypeInfo type = SymbolText.Type(symbol)!.Plain;
        int size = (int)Math.Min(type.Size, 8);
        if (size is not (1 or 2 or 4 or 8) || !session.Client.Virtual.TryReadInteger(symbol.Address, size, out ulong value)) return null;
        return type switch
        {
            BasicType { Kind: BasicKind.Boolean } => value == 0 ? "false" : "true",
            BasicType { Kind: BasicKind.SignedInteger } => $"0n{Signed(value, size)}",
            BasicType { Kind: BasicKind.Float } => size == 4 ? $"{BitConverter.UInt32BitsToSingle((uint)value):G9}" : $"{BitConverter.UInt64BitsToDouble(value):G17}",
            EnumType named => named.Values.FirstOrDefault(v => (ulong)v.Value == Extended(value, size))?.Name is { } text ? $"{text} (0x{value:x})" : $"0x{value:x}",
            PointerType when size == 8 => $"0x{AddressText.Format(value)}",
            _ => $"0x{value:x}",
        };
    }

    private static long Signed(ulong value, int size) => (long)Extended(value, size);

    private static ulong Extended(ulong value, int size) => (ulong)((long)(value << (64 - 8 * size)) >> (64 - 8 * size));

    private static uint SizeOf(ModuleSymbol symbol) =>
        symbol.Symbol.Size != 0 ? symbol.Symbol.Size : SymbolText.IsFunction(symbol) ? 0 : (uint)Math.Min(SymbolText.Type(symbol)?.Size ?? 0, uint.MaxValue);

    // Where the name comes from: the module's own symbols, names for linking, or the image.
    private static string Source(ModuleSymbol symbol) => symbol.Symbol.Kind switch
    {
        SymbolKind.Public => "pub ",
        SymbolKind.Export => "exp ",
        _ => "prv ",
    };

    private static string Kind(ModuleSymbol symbol) => symbol.Symbol.Kind switch
    {
        SymbolKind.Thunk => "thunk",
        SymbolKind.Label => "label",
        SymbolKind.Constant => "const",
        SymbolKind.ThreadData => "tls",
        _ => SymbolText.IsFunction(symbol) ? "func" : "global",
    };

    private static string TypeName(ModuleSymbol symbol) => SymbolText.Type(symbol) switch
    {
        null => "<NoType>",
        { Plain: FunctionType } => "<function>",
        TypeInfo type => SymbolText.Declared(type),
    };
}
