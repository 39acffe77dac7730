using Iced.Intel;
using NetKd.Commands.Disassembly;

namespace NetKd.Commands.Execution;

/// <summary>The stepping commands: <c>p</c>, <c>t</c> and their "until" forms.</summary>
internal sealed class StepCommands(CommandSession session, TargetRunner runner, EventReport report) : ICommandGroup
{
    // An "until" that never comes true must end some time; CTRL+C ends it earlier.
    private const int MaxSteps = 100_000;

    private readonly LineStepper _lines = new(session, runner);

    public IEnumerable<Command> Commands =>
    [
        Step("p", "p[r] [=start] [count]", "Steps over calls: one instruction, or with l+t one source line.", "p 5", ExecutionStatus.StepOver),
        Step("t", "t[r] [=start] [count]", "Steps one instruction, into calls; with l+t one source line, into functions with source.", "t 5", ExecutionStatus.StepInto),
        Toggle("pr", "p", ExecutionStatus.StepOver),
        Toggle("tr", "t", ExecutionStatus.StepInto),
        Until("pa", "to an address, over calls", "pa nt!KeBugCheckEx", ExecutionStatus.StepOver),
        Until("ta", "to an address, into calls", "ta nt!KeBugCheckEx", ExecutionStatus.StepInto),
        Until("pc", "to the next call", "pc", ExecutionStatus.StepOver, flow => flow is FlowControl.Call or FlowControl.IndirectCall),
        Until("tc", "to the next call, into calls", "tc", ExecutionStatus.StepInto, flow => flow is FlowControl.Call or FlowControl.IndirectCall),
        Until("pt", "to the next return", "pt", ExecutionStatus.StepOver, flow => flow == FlowControl.Return),
        Until("tt", "to the next return, into calls", "tt", ExecutionStatus.StepInto, flow => flow == FlowControl.Return),
    ];

    private Command Step(string name, string syntax, string summary, string example, ExecutionStatus status) =>
        new(name, new(syntax, summary, example), call => StepAsync(call, status)) { Repeats = true };

    private Command Toggle(string name, string plain, ExecutionStatus status) =>
        new(name, new(name, $"As {plain}, and switches the display of registers at stops on or off.", name), call =>
        {
            session.PromptParts ^= PromptParts.Registers;
            return StepAsync(call, status);
        })
        { IsWord = true, Repeats = true };

    private Command Until(string name, string what, string example, ExecutionStatus status, Func<FlowControl, bool>? ends = null) =>
        new(name, new(ends is null ? $"{name} address" : name, $"Steps {what}.", example), call => UntilAsync(call, status, ends)) { IsWord = true, Repeats = ends is not null };

    private async Task StepAsync(CommandCall call, ExecutionStatus status)
    {
        session.RequireStopped();
        if (runner.IsInsideEvent)
        {
            await runner.GoAsync(status, call.Cancellation).ConfigureAwait(false);
            return;
        }

        if (call.Arguments.TryTake('=')) session.Client.Registers.InstructionPointer = session.Evaluate(call);
        ulong count = call.Arguments.AtEnd ? 1 : session.Evaluate(call);
        call.Arguments.ExpectEnd();
        for (ulong i = 0; i < count; i++)
        {
            DebugEvent debugEvent = (session.SourceOptions & SourceOptions.Steps) != 0
                ? await _lines.StepAsync(status, call.Cancellation).ConfigureAwait(false)
                : await runner.ResumeAsync(status, call.Cancellation).ConfigureAwait(false);
            Report(debugEvent);
            if (debugEvent.Kind != DebugEventKind.Step) break;
        }
    }

    private async Task UntilAsync(CommandCall call, ExecutionStatus status, Func<FlowControl, bool>? ends)
    {
        session.RequireStopped();
        ulong? address = ends is null ? session.Evaluate(call) : null;
        call.Arguments.ExpectEnd();
        for (int i = 0; i < MaxSteps; i++)
        {
            DebugEvent debugEvent = await runner.ResumeAsync(status, call.Cancellation).ConfigureAwait(false);
            bool arrived = address is { } wanted ? session.Client.Registers.InstructionPointer == wanted : ends!(CurrentFlow());
            // pa and ta show every step, the others only where they end (facts: kernel-debugging-docs, D.1).
            if (arrived || address is not null || debugEvent.Kind != DebugEventKind.Step) Report(debugEvent);
            if (arrived || debugEvent.Kind != DebugEventKind.Step) return;
        }

        throw new CommandException($"Not there after {MaxSteps} steps; the target is stopped where it got to.");
    }

    private void Report(DebugEvent debugEvent)
    {
        if (debugEvent.Kind == DebugEventKind.Step) report.WriteLocation();
        else report.Write(debugEvent);
    }

    private FlowControl CurrentFlow()
    {
        ulong address = session.Client.Registers.InstructionPointer;
        byte[] bytes = new byte[session.Disassembler.MaxInstructionLength];
        int read = session.Client.Virtual.Read(address, bytes);
        return session.Disassembler.DecodeOne(address, bytes.AsSpan(0, read))?.Flow ?? FlowControl.Exception;
    }
}
