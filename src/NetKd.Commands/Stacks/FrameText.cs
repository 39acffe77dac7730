using NetKd.Symbols.Unwinding;

namespace NetKd.Commands.Stacks;

/// <summary>The words about one frame: its function, source line, and how it was found.</summary>
internal sealed class FrameText(CommandSession session)
{
    /// <summary><c>nt!Name+0x10</c>, with <c> [file @ line]</c> and the method where the columns want them.</summary>
    public string Site(StackFrame frame, StackColumns columns)
    {
        string line = columns.HidesLines || columns.NamesOnly ? "" : Line(frame);
        string method = columns.Methods ? $" ({Method(frame.Method)})" : "";
        return Function(frame) + line + (columns.Methods && frame.Method != FrameMethod.Registers ? method : "");
    }

    /// <summary>The function: an inlined one by its own name, counted from where its code begins.</summary>
    public string Function(StackFrame frame)
    {
        if (frame.Inline is not { } inline) return session.Names.DescribeOrNumber(frame.InstructionPointer);
        string module = session.Client.Modules.FindByAddress(frame.LookupAddress) is { } found ? $"{found.Name}!" : "";
        ulong start = session.Client.Modules.FindByAddress(frame.LookupAddress)?.Base + (inline.Ranges.Count > 0 ? inline.Ranges[0].Offset : 0u) ?? frame.InstructionPointer;
        ulong displacement = unchecked(frame.InstructionPointer - start);
        return $"{module}{inline.Name}{(displacement is 0 or > uint.MaxValue ? "" : $"+0x{displacement:x}")}";
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
