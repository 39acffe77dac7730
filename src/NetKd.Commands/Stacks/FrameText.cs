using NetKd.Commands.Types;
using NetKd.Symbols.Scopes;
using NetKd.Symbols.Unwinding;

namespace NetKd.Commands.Stacks;

/// <summary>The words about one frame: its function, source line, and how it was found.</summary>
internal sealed class FrameText(CommandSession session)
{
    /// <summary><c>nt!Name+0x10</c>, with <c> [file @ line]</c> and the method where the columns want them.</summary>
    public string Site(StackFrame frame, StackColumns columns)
    {
        string line = columns.HidesLines ? "" : Line(frame);
        string method = columns.Methods ? $" ({Method(frame.Method)})" : "";
        if (columns.NamesOnly) return Name(frame).Name;
        return Function(frame, columns.Parameters) + line + (columns.Methods && frame.Method != FrameMethod.Registers ? method : "");
    }

    /// <summary>
    /// The function, with its parameters where they are wanted and known: <c>nt!Name(int count = 0n5)+0x10</c>. An inlined one has its own name,
    /// counted from where its code begins.
    /// </summary>
    public string Function(StackFrame frame, ParameterLayout parameters = ParameterLayout.None)
    {
        (string name, ulong displacement) = Name(frame);
        string list = parameters == ParameterLayout.None ? "" : Parameters(frame, parameters);
        return $"{name}{list}{(displacement == 0 ? "" : $"+0x{displacement:x}")}";
    }

    private (string Name, ulong Displacement) Name(StackFrame frame)
    {
        if (frame.Inline is not { } inline)
        {
            return session.Client.Symbols.TryFindNearest(frame.InstructionPointer, out NearestSymbol? symbol)
                ? (symbol.QualifiedName, symbol.Displacement)
                : (session.Names.DescribeOrNumber(frame.InstructionPointer), 0);
        }

        if (session.Client.Modules.FindByAddress(frame.LookupAddress) is not { } module) return (inline.Name, 0);
        ulong start = inline.Ranges.Count > 0 ? module.Base + inline.Ranges[0].Offset : frame.InstructionPointer;
        ulong displacement = unchecked(frame.InstructionPointer - start);
        return ($"{module.Name}!{inline.Name}", displacement > uint.MaxValue ? 0 : displacement);
    }

    // Without private symbols nobody knows the parameters, and nothing is shown rather than a guess.
    private string Parameters(StackFrame frame, ParameterLayout layout)
    {
        if (session.Locals.OfFrame(frame) is not { } scope) return "";
        List<LocalVariable> parameters = [.. scope.Variables.Where(v => v.Kind == LocalKind.Parameter)];
        if (parameters.Count == 0) return "(void)";
        ValueText text = new(session.Scope);
        IReadOnlyList<TypedValue> values = scope.Load(parameters);
        IEnumerable<string> shown = parameters.Select((p, i) => $"{TypeText.Declaration(scope.TypeOf(p))} {p.Name} = {text.Line(values[i])}");
        return layout == ParameterLayout.InLine ? $"({string.Join(", ", shown)})" : $"(\n\t\t\t{string.Join(",\n\t\t\t", shown)})";
    }

    /// <summary>The frame's source line in brackets with a blank before it, or nothing.</summary>
    public string Line(StackFrame frame)
    {
        if (!session.Client.SourceLines.IsEnabled) return "";
        if (frame.Line is { } line) return $" [{line.File} @ {line.Line}]";
        return frame.Inline is null ? session.Names.Line(frame.LookupAddress) : "";
    }

    private static string Method(FrameMethod method) => method switch
    {
        FrameMethod.Registers => "registers",
        FrameMethod.UnwindData => "unwind data",
        FrameMethod.Epilogue => "epilogue",
        FrameMethod.Leaf => "leaf",
        FrameMethod.MachineFrame => "trap frame",
        FrameMethod.FrameData => "frame data",
        FrameMethod.Fpo => "FPO",
        FrameMethod.FramePointer => "frame pointer",
        FrameMethod.Inline => "inlined",
        _ => "guess",
    };
}
