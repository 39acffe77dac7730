namespace NetKd.Commands.Stacks;

/// <summary>The stack commands: <c>k</c> and its letters, <c>.frame</c>, <c>.kframes</c>.</summary>
internal sealed class StackCommands(CommandSession session) : ICommandGroup
{
    private const int MaxFrames = 0xffff;
    private const int RawWordCount = 20;

    private readonly FrameText _text = new(session);
    private int _defaultFrames = 0x100;

    public IEnumerable<Command> Commands =>
    [
        new("k", new(
            "k[b|c|d|f|n|p|P|v][L][M] [count]",
            "Displays the call stack with source lines; b and v with arguments (v: and how frames were found), n with numbers, f with sizes, p with parameters, c names only, d raw words, L without lines.",
            "kn 5"), Show),
        new(".frame", new(".frame [/c] [/r] [number]", "Chooses the frame whose variables dv and expressions see: /r and /c also show its registers.", ".frame /r 1"), ChooseFrame) { IsWord = true },
        new(".kframes", new(".kframes count", "Sets how many frames k shows.", ".kframes 40"), SetFrames) { IsWord = true },
    ];

    private void Show(CommandCall call)
    {
        session.RequireStopped();
        StackColumns columns = StackColumns.Parse(call.Arguments, session.Scope.PointerSize);
        int count = columns.RawWords ? RawWordCount : _defaultFrames;
        if (!call.Arguments.AtEnd)
        {
            // "k L5" and "k 5" mean the same; the L of "kL" is another one and was taken above.
            if (RangeArgument.IsLength(call.Arguments)) call.Arguments.Position++;
            ulong wanted = session.Masm.Evaluate(call.Arguments);
            count = wanted is > 0 and <= MaxFrames ? (int)wanted : throw call.Arguments.Error("Range error");
        }

        call.Arguments.ExpectEnd();
        if (columns.RawWords)
        {
            ShowWords(count, call.Cancellation);
            return;
        }

        session.WriteLine(columns.Heading);
        IReadOnlyList<StackFrame> frames = session.Client.Stacks.WalkWithInlined(count, call.Cancellation);
        for (int i = 0; i < frames.Count; i++)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            session.WriteLine(columns.Line(i, frames[i], i == 0 ? null : frames[i - 1], _text.Site(frames[i], columns)));
        }
    }

    private void ShowWords(int count, CancellationToken cancellation)
    {
        int size = session.Scope.PointerSize;
        ulong start = session.Client.Registers.StackPointer;
        MemoryBlock block = MemoryReader.Read(session.Client, start, count * size, cancellation);
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            ulong address = start + (ulong)(i * size);
            if (!session.Client.Virtual.TryReadPointer(address, out ulong word)) throw new CommandException($"The stack cannot be read at {session.Address(address)}.");
            ReadOnlySpan<byte> bytes = block.Slice(i * size, size);
            session.WriteLine($"{session.Address(address)}  {MemoryText.Value(bytes)} {session.Names.Describe(word)}".TrimEnd());
        }
    }

    private void ChooseFrame(CommandCall call)
    {
        session.RequireStopped();
        bool showsRegisters = false;
        call.Arguments.SkipBlanks();
        while (call.Arguments.Current == '/')
        {
            string option = call.Arguments.ReadWord();
            showsRegisters = option is "/r" or "/c" ? true : throw call.Arguments.Error("The options are /c and /r: syntax error");
            call.Arguments.SkipBlanks();
        }

        int number = session.Frame.Number;
        if (!call.Arguments.AtEnd)
        {
            ulong wanted = session.Masm.Evaluate(call.Arguments);
            call.Arguments.ExpectEnd();
            number = wanted < MaxFrames ? (int)wanted : throw call.Arguments.Error("Range error");
        }

        IReadOnlyList<StackFrame> frames = session.Client.Stacks.WalkWithInlined(number + 1, call.Cancellation);
        if (number >= frames.Count) throw new CommandException($"The stack has {frames.Count} frames; there is no frame {number:x}.");
        StackFrame frame = frames[number];
        session.Frame.Choose(number, frame);
        session.NextSource = null;
        StackColumns columns = new() { Numbers = true, PointerSize = session.Scope.PointerSize };
        session.WriteLine(columns.Line(number, frame, null, _text.Site(frame, columns)));
        if (!showsRegisters) return;
        foreach (string line in RegisterText.Lines(session.Client.Target.MachineType, session.RegisterMask, name => frame.Context.TryRead(name, out RegisterValue value) ? value.Low : null)) session.WriteLine(line);
        session.WriteLine(session.Names.Heading(frame.InstructionPointer));
    }

    private void SetFrames(CommandCall call)
    {
        ulong count = session.Masm.Evaluate(call.Arguments);
        call.Arguments.ExpectEnd();
        if (count is 0 or > MaxFrames) throw call.Arguments.Error("Range error");
        _defaultFrames = (int)count;
        session.WriteLine($"Default stack trace depth is 0n{count} frames");
    }
}
