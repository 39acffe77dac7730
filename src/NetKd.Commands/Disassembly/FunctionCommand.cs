using System.Globalization;
using Iced.Intel;
using NetKd.Symbols.Images;

namespace NetKd.Commands.Disassembly;

/// <summary><c>uf</c>: a whole function, block by block, with source line numbers.</summary>
internal sealed class FunctionCommand(CommandSession session) : ICommandGroup
{
    private const int MaxBytes = 0x40000;
    private const int UnknownBytes = 0x1000;

    public IEnumerable<Command> Commands =>
    [
        new("uf", new("uf [/c] [/i] [address]", "Disassembles a whole function with its source lines; /c its calls only, /i with the number of instructions.", "uf nt!KeBugCheckEx"), Show),
    ];

    private void Show(CommandCall call)
    {
        session.RequireStopped();
        bool callsOnly = false, counts = false;
        call.Arguments.SkipBlanks();
        while (call.Arguments.Current == '/')
        {
            string option = call.Arguments.ReadWord();
            if (option == "/c") callsOnly = true;
            else if (option == "/i") counts = true;
            // Order and markup: the display is by address in any case.
            else if (option is not ("/m" or "/o" or "/O" or "/D")) throw call.Arguments.Error($"Unknown option {option}: syntax error");
            call.Arguments.SkipBlanks();
        }

        ulong address = call.Arguments.AtEnd ? session.Client.Registers.InstructionPointer : session.Evaluate(call);
        call.Arguments.ExpectEnd();
        List<DisassembledLine> lines = Read(address, call.Cancellation);
        if (lines.Count == 0) throw call.Arguments.ErrorAtEnd("Memory access error");
        if (counts) session.WriteLine($"{lines.Count} instructions scanned\n");
        if (callsOnly) ShowCalls(lines, call.Cancellation);
        else ShowBlocks(lines, call.Cancellation);
    }

    private void ShowBlocks(List<DisassembledLine> lines, CancellationToken cancellation)
    {
        HashSet<ulong> targets = [.. lines.Where(IsBranch).Select(l => l.Target!.Value)];
        SourceLocation? last = null;
        for (int i = 0; i < lines.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            DisassembledLine line = lines[i];
            if (i == 0 || targets.Contains(line.Address))
            {
                if (i > 0) session.WriteLine();
                session.WriteLine(session.Names.Heading(line.Address, withLine: true));
                last = null;
            }

            bool known = session.Client.SourceLines.TryFind(line.Address, out SourceLocation? now);
            bool newLine = known && (last is null || !now!.IsSameLine(last));
            if (newLine && (session.SourceOptions & SourceOptions.Text) != 0 && session.Client.SourceFiles.Read(now!.File)?.Line(now.Line) is { } text)
                session.WriteLine(SourceLineText.Line(now.Line, text, isCurrent: false));
            // kd puts the number of a source line before its first instruction.
            string number = !known && last is null ? "" : newLine ? now!.Line.ToString(CultureInfo.InvariantCulture).PadLeft(5) + " " : "      ";
            session.WriteLine(number + line.Line);
            last = known ? now : last;
        }
    }

    private void ShowCalls(List<DisassembledLine> lines, CancellationToken cancellation)
    {
        session.WriteLine($"{session.Names.DescribeOrNumber(lines[0].Address)} ({session.Address(lines[0].Address)})");
        foreach (DisassembledLine line in lines)
        {
            cancellation.ThrowIfCancellationRequested();
            if (line.Flow is not (FlowControl.Call or FlowControl.IndirectCall)) continue;
            session.WriteLine($"  {session.Names.DescribeOrNumber(line.Address)} ({session.Address(line.Address)}){session.Names.Line(line.Address)}:");
            session.WriteLine(line.Target is { } target
                ? $"    call to {session.Names.DescribeOrNumber(target)} ({session.Address(target)})"
                : $"    unresolvable call: {line.Text}");
        }
    }

    private List<DisassembledLine> Read(ulong address, CancellationToken cancellation)
    {
        (ulong start, ulong? length) = Bounds(address);
        int size = (int)Math.Min(length ?? UnknownBytes, MaxBytes);
        byte[] bytes = new byte[size];
        int read = session.Client.Virtual.Read(start, bytes, cancellation);
        IReadOnlyList<DisassembledLine> lines = session.Disassembler.Decode(start, bytes.AsMemory(0, read), int.MaxValue);
        return length is null ? UpToItsEnd(lines) : [.. lines];
    }

    // A function's own symbol says where it ends, else its unwind data does; a leaf without either ends at a return that no jump passes.
    private (ulong Start, ulong? Length) Bounds(ulong address)
    {
        if (session.Client.Modules.FindByAddress(address) is not { } module) return (address, null);
        uint offset = (uint)(address - module.Base);
        if (session.Client.Symbols.TryFindNearest(address, out NearestSymbol? symbol) && symbol.Symbol.Size > 0 && symbol.Displacement < symbol.Symbol.Size)
            return (symbol.Address, symbol.Symbol.Size);
        if (module.Functions is { } functions && functions.TryFind(offset, out FunctionEntry entry)) return (module.Base + entry.Begin, entry.End - entry.Begin);
        return (symbol is { Name.Length: > 0 } ? symbol.Address : address, null);
    }

    private static List<DisassembledLine> UpToItsEnd(IReadOnlyList<DisassembledLine> lines)
    {
        List<DisassembledLine> taken = [];
        ulong furthest = 0;
        foreach (DisassembledLine line in lines)
        {
            taken.Add(line);
            if (IsBranch(line)) furthest = Math.Max(furthest, line.Target!.Value);
            bool leaves = line.Flow is FlowControl.Return or FlowControl.IndirectBranch or FlowControl.UnconditionalBranch or FlowControl.Exception;
            if (leaves && furthest < line.Next) break;
        }

        return taken;
    }

    private static bool IsBranch(DisassembledLine line) => line is { Flow: FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch, Target: not null };
}
