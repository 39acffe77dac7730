namespace NetKd.Commands.Stacks;

/// <summary>The stack commands: <c>k</c>, <c>kb</c>, <c>kn</c>, <c>kv</c>, <c>kp</c>, <c>kc</c>.</summary>
internal sealed class StackCommands(CommandSession session) : ICommandGroup
{
    private const int DefaultFrames = 0x100;
    private const int MaxFrames = 0xffff;

    public IEnumerable<Command> Commands =>
    [
        new("k", new("k[b|c|n|p|v][L][M] [count]", "Displays the call stack; b and v with arguments, n with numbers, c names only.", "kn 5"), Show),
        new(".frame", new(".frame [number]", "Shows one frame of the stack.", ".frame 1"), ShowFrame) { IsWord = true },
    ];

    private void Show(CommandCall call)
    {
        session.RequireStopped();
        StackColumns columns = StackColumns.Parse(call.Arguments);
        int count = DefaultFrames;
        if (!call.Arguments.AtEnd)
        {
            // "k L5" and "k 5" mean the same; the L of "kL" is another one and was taken above.
            if (RangeArgument.IsLength(call.Arguments)) call.Arguments.Position++;
            ulong wanted = session.Masm.Evaluate(call.Arguments);
            count = wanted is > 0 and <= MaxFrames ? (int)wanted : throw call.Arguments.Error("Range error");
        }

        call.Arguments.ExpectEnd();
        session.WriteLine(columns.Heading);
        IReadOnlyList<StackFrame> frames = session.Client.Stacks.Walk(count, call.Cancellation);
        for (int i = 0; i < frames.Count; i++)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            session.WriteLine(columns.Line(i, frames[i], session.Names.DescribeOrNumber(frames[i].InstructionPointer)));
        }
    }

    private void ShowFrame(CommandCall call)
    {
        session.RequireStopped();
        ulong number = call.Arguments.AtEnd ? 0 : session.Masm.Evaluate(call.Arguments);
        call.Arguments.ExpectEnd();
        if (number >= MaxFrames) throw call.Arguments.Error("Range error");
        IReadOnlyList<StackFrame> frames = session.Client.Stacks.Walk((int)number + 1, call.Cancellation);
        if ((int)number >= frames.Count) throw new CommandException($"The stack has {frames.Count} frames; there is no frame {number:x}.");
        StackFrame frame = frames[(int)number];
        session.WriteLine(new StackColumns { Numbers = true }.Line((int)number, frame, session.Names.DescribeOrNumber(frame.InstructionPointer)));
    }
}
