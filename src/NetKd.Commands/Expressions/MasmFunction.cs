using System.IO.Enumeration;
using NetKd.Commands.Language;
using NetKd.Commands.Types;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Expressions;

/// <summary>The named operators of MASM expressions: parts of a number, memory reads and tests.</summary>
internal static class MasmFunction
{
    private static readonly HashSet<string> s_names =
    [
        "hi", "low", "by", "wo", "dwo", "qwo", "poi", "not", "$pby", "$pwo", "$pdwo", "$pqwo", "$ppoi",
        "$vvalid", "$fnsucc", "$iment", "$scmp", "$sicmp", "$spat",
    ];

    public static bool IsFunction(string lowerName) => s_names.Contains(lowerName);

    public static ulong Call(string name, ArgumentReader reader, MasmEvaluator evaluator, IExpressionScope scope)
    {
        switch (name)
        {
            case "$vvalid":
                return Valid(reader, evaluator, scope);
            case "$fnsucc":
                return Succeeded(reader, evaluator, scope);
            case "$scmp" or "$sicmp" or "$spat":
                return CompareTexts(name, reader);
        }

        ulong operand = evaluator.Operand(reader);
        return name switch
        {
            "$iment" => scope.TryFindEntryPoint(operand, out ulong entry) ? entry : throw new CommandException($"No image is at {Text.AddressText.Format(operand)}."),
            "not" => operand == 0 ? 1UL : 0,
            "hi" => (operand >> 16) & 0xffff,
            "low" => operand & 0xffff,
            "by" => evaluator.ReadMemory(reader, operand, 1, physical: false),
            "wo" => evaluator.ReadMemory(reader, operand, 2, physical: false),
            "dwo" => evaluator.ReadMemory(reader, operand, 4, physical: false),
            "qwo" => evaluator.ReadMemory(reader, operand, 8, physical: false),
            "poi" => evaluator.ReadMemory(reader, operand, scope.PointerSize, physical: false),
            "$pby" => evaluator.ReadMemory(reader, operand, 1, physical: true),
            "$pwo" => evaluator.ReadMemory(reader, operand, 2, physical: true),
            "$pdwo" => evaluator.ReadMemory(reader, operand, 4, physical: true),
            "$pqwo" => evaluator.ReadMemory(reader, operand, 8, physical: true),
            _ => evaluator.ReadMemory(reader, operand, scope.PointerSize, physical: true),
        };
    }

    // $vvalid(address, length): whether the whole range can be read. Bounded: a script error must not read a terabyte.
    private static ulong Valid(ArgumentReader reader, MasmEvaluator evaluator, IExpressionScope scope)
    {
        const ulong MaxLength = 0x100000;
        if (!reader.TryTake('(')) throw reader.Error("Syntax error");
        ulong address = evaluator.Evaluate(reader);
        if (!reader.TryTake(',')) throw reader.Error("Syntax error");
        ulong length = evaluator.Evaluate(reader);
        if (!reader.TryTake(')')) throw reader.Error("Syntax error");
        if (length > MaxLength) throw reader.Error("Range error");
        return scope.TryReadVirtual(address, new byte[length]) ? 1UL : 0;
    }

    // $fnsucc(function, value, flag): whether a value that a function returned means success. HRESULT and NTSTATUS succeed when they are not
    // negative; of other types the documentation says nothing, and Microsoft's engine takes anything but zero for success.
    private static ulong Succeeded(ArgumentReader reader, MasmEvaluator evaluator, IExpressionScope scope)
    {
        if (!reader.TryTake('(')) throw reader.Error("Syntax error");
        ulong function = evaluator.Evaluate(reader);
        if (!reader.TryTake(',')) throw reader.Error("Syntax error");
        ulong value = evaluator.Evaluate(reader);
        if (!reader.TryTake(',')) throw reader.Error("Syntax error");
        _ = evaluator.Evaluate(reader);
        if (!reader.TryTake(')')) throw reader.Error("Syntax error");
        string? name = scope.DescribeAddress(function);
        bool isStatus = name is not null && scope.Types.TryFindGlobal(name, out TypedValue? found) && found.Type.Plain is FunctionType type &&
                        (type.ReturnType.Plain is BasicType { Kind: BasicKind.Result } || type.ReturnType.Name is "NTSTATUS");
        return isStatus ? (unchecked((int)value) >= 0 ? 1UL : 0) : value != 0 ? 1UL : 0;
    }

    private static ulong CompareTexts(string name, ArgumentReader reader)
    {
        if (!reader.TryTake('(')) throw reader.Error("Syntax error");
        string first = reader.ReadQuoted();
        if (!reader.TryTake(',')) throw reader.Error("Syntax error");
        string second = reader.ReadQuoted();
        if (!reader.TryTake(')')) throw reader.Error("Syntax error");
        return name switch
        {
            "$spat" => FileSystemName.MatchesSimpleExpression(second, first, ignoreCase: true) ? 1UL : 0,
            "$scmp" => unchecked((ulong)Math.Sign(string.CompareOrdinal(first, second))),
            _ => unchecked((ulong)Math.Sign(string.Compare(first, second, StringComparison.OrdinalIgnoreCase))),
        };
    }
}
