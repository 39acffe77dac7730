using NetKd.Commands.Disassembly;

namespace NetKd.Commands.Execution;

/// <summary>What is printed when the target stops: the reason, the place, the instruction (facts: kd-transcript, attach).</summary>
internal sealed class EventReport(CommandSession session)
{
    private const uint BreakpointException = 0x80000003;
    private const uint SingleStepException = 0x80000004;

    // Our own words; the box and its stars are what eyes trained on kd look for.
    private static readonly string[] s_breakInAdvice =
    [
        "You stopped the target yourself: CTRL+C, or -b when the session began.",
        "",
        "This is not a crash. The target waits, with all of its processors, until",
        "you let it run: type \"g\" and press ENTER. If it stops again at once, a",
        "second break-in was under way: type \"g\" once more.",
    ];

    /// <summary>Names of exceptions as kd prints them.</summary>
    public static string ExceptionName(uint code) => code switch
    {
        BreakpointException => "Break instruction exception",
        SingleStepException => "Single step exception",
        0xC0000005 => "Access violation",
        0xC0000006 => "In-page I/O error",
        0xC000001D => "Illegal instruction",
        0xC0000094 => "Integer divide-by-zero",
        0xC0000095 => "Integer overflow",
        0xC0000096 => "Privileged instruction",
        0xC00000FD => "Stack overflow",
        0xC0000420 => "Assertion failure",
        0xC0000409 => "Security check failure or stack buffer overrun",
        0x80000001 => "Guard page violation",
        0x80000002 => "Data misalignment",
        0xC0000374 => "Heap corruption",
        _ => "Unknown exception",
    };

    /// <summary>One line about an event, without its end: for the stop and for <c>.lastevent</c>.</summary>
    public static string Describe(DebugEvent debugEvent) => debugEvent.Kind switch
    {
        DebugEventKind.Breakpoint when debugEvent.Breakpoint is { } breakpoint => $"Hit breakpoint {breakpoint.Id}",
        DebugEventKind.Step => "Single step exception - code 80000004 (first chance)",
        DebugEventKind.LoadModule when debugEvent.Module is { } module => $"Load module {module.ImageName} at {AddressText.Format(module.Base, module.PointerSize)}",
        DebugEventKind.UnloadModule => $"Unload module {debugEvent.Module?.ImageName}",
        _ => $"{ExceptionName(debugEvent.Exception.Code)} - code {debugEvent.Exception.Code:x8} " +
             (debugEvent.Exception.FirstChance ? "(first chance)" : "(!!! second chance !!!)"),
    };

    /// <summary>Reports a stop: reason, then place.</summary>
    public void Write(DebugEvent debugEvent, bool announcesBreakpoint = true)
    {
        switch (debugEvent.Kind)
        {
            case DebugEventKind.Breakpoint:
                if (announcesBreakpoint) session.WriteLine($"Breakpoint {debugEvent.Breakpoint?.Id} hit");
                break;
            case DebugEventKind.Step:
                break;
            case DebugEventKind.LoadModule when debugEvent.Module is { } module:
                session.WriteLine(ModuleText.LoadLine(module));
                break;
            default:
                session.WriteLine(Describe(debugEvent));
                if (IsBreakIn(debugEvent)) WriteAdvice();
                break;
        }

        WriteLocation();
    }

    /// <summary>Where the target stands: registers when allowed, symbol, instruction.</summary>
    public void WriteLocation(RegisterMask registers = RegisterMask.None)
    {
        if ((session.PromptParts & PromptParts.Registers) != 0) registers |= session.RegisterMask;
        foreach (string line in RegisterText.Lines(session.Client.Target.MachineType, registers, ReadRegister)) session.WriteLine(line);
        ulong address = session.Client.Registers.InstructionPointer;
        string? source = SourceLine(address);
        if (source is not null && (session.SourceOptions & SourceOptions.Only) != 0)
        {
            session.WriteLine(source);
            return;
        }

        if ((session.PromptParts & PromptParts.Symbol) != 0) session.WriteLine(session.Names.Heading(address, ShowsSource(SourceOptions.Lines)));
        if (source is not null) session.WriteLine(source);
        if ((session.PromptParts & PromptParts.Disassembly) != 0) session.WriteLine(InstructionLine(address));
    }

    /// <summary>A register by name, or null.</summary>
    public ulong? ReadRegister(string name) =>
        session.Client.Registers.TryRead(name, out RegisterValue value) ? value.Low : null;

    // Who steps by lines wants to see them, whatever else was chosen.
    private bool ShowsSource(SourceOptions part) =>
        (session.PromptParts & PromptParts.Source) != 0 && (session.SourceOptions & (part | SourceOptions.Steps)) != 0;

    /// <summary>The source text of an address, or null when it is not wanted or no line is known.</summary>
    private string? SourceLine(ulong address)
    {
        if (!ShowsSource(SourceOptions.Text) || !session.Client.SourceLines.TryFind(address, out SourceLocation? location)) return null;
        SourceText? text = session.Client.SourceFiles.Read(location.File);
        string line = text is null ? $"({location.FileName} is not on this machine: .srcpath says where to look)" : text.Line(location.Line) ?? "";
        return SourceLineText.Line(location.Line, line, isCurrent: true);
    }

    private string InstructionLine(ulong address)
    {
        byte[] bytes = new byte[session.Disassembler.MaxInstructionLength];
        int read = session.Client.Virtual.Read(address, bytes);
        if (session.Disassembler.DecodeOne(address, bytes.AsSpan(0, read)) is not { } line) return Disassembler.Unreadable(address, session.Scope.PointerSize);
        return (session.PromptParts & PromptParts.EffectiveAddress) != 0
            ? line.Line + EffectiveAddress.Describe(line.Instruction, session.Client)
            : line.Line;
    }

    // A breakpoint instruction that is not ours, in the kernel's break-in routine.
    private bool IsBreakIn(DebugEvent debugEvent) =>
        debugEvent.Exception.Code == BreakpointException &&
        session.Client.Symbols.TryFindNearest(debugEvent.ProgramCounter, out NearestSymbol? symbol) &&
        symbol.Name is "DbgBreakPointWithStatus" or "RtlpBreakWithStatusInstruction" or "DbgBreakPoint";

    private void WriteAdvice()
    {
        const int Width = 79;
        session.WriteLine(new string('*', Width));
        session.WriteLine($"*{new string(' ', Width - 2)}*");
        foreach (string line in s_breakInAdvice) session.WriteLine($"*   {line.PadRight(Width - 5)}*");
        session.WriteLine($"*{new string(' ', Width - 2)}*");
        session.WriteLine(new string('*', Width));
    }
}
