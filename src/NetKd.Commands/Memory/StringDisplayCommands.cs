namespace NetKd.Commands.Memory;

/// <summary>The text displays: <c>da</c> and <c>du</c>.</summary>
internal sealed class StringDisplayCommands(CommandSession session) : ICommandGroup
{
    // Twelve lines for da and du alike when no length is given (facts: kd-transcript, da).
    private const int DefaultCharacters = 12 * StringText.LineLength;
    private const int MaxCharacters = 64 * 1024;

    public IEnumerable<Command> Commands =>
    [
        new("da", new("da [range]", "Displays a string of one-byte characters up to its zero.", "da @rcx"), call => Show(call, 1)) { Repeats = true },
        new("du", new("du [range]", "Displays a string of two-byte characters up to its zero.", "du @rcx"), call => Show(call, 2)) { Repeats = true },
        new("ds", new("ds address", "Displays the text of a counted string of one-byte characters (STRING, ANSI_STRING).", "ds @rcx"), call => ShowCounted(call, 1)),
        new("dS", new("dS address", "Displays the text of a counted string of two-byte characters (UNICODE_STRING).", "dS @rcx"), call => ShowCounted(call, 2)),
    ];

    private void Show(CommandCall call, int size)
    {
        session.RequireStopped();
        RangeArgument range = call.Arguments.AtEnd
            ? new RangeArgument(session.NextData ?? session.Client.Registers.InstructionPointer, null)
            : RangeArgument.Read(call.Arguments, session.Masm, (uint)size);
        call.Arguments.ExpectEnd();
        int characters = (int)Math.Min(range.Count ?? DefaultCharacters, MaxCharacters);
        byte[] bytes = new byte[characters * size];
        int read = session.Client.Virtual.Read(range.Address, bytes, call.Cancellation);
        int shown = 0;
        foreach (string line in StringText.Lines(range.Address, bytes.AsMemory(0, read), characters, size, session.Scope.PointerSize))
        {
            call.Cancellation.ThrowIfCancellationRequested();
            session.WriteLine(line);
            shown += StringText.LineLength;
        }

        session.NextData = unchecked(range.Address + (ulong)(Math.Min(shown, characters) * size));
    }

    // Length and MaximumLength in bytes, then the buffer at the next multiple of a pointer (Microsoft Learn, "UNICODE_STRING").
    private void ShowCounted(CommandCall call, int size)
    {
        session.RequireStopped();
        ulong address = session.Evaluate(call);
        call.Arguments.ExpectEnd();
        int pointer = session.Scope.PointerSize;
        byte[] header = new byte[2 * pointer];
        if (session.Client.Virtual.Read(address, header, call.Cancellation) != header.Length) throw new CommandException($"Memory access error at {session.Address(address)}");
        int length = BitConverter.ToUInt16(header);
        ulong buffer = pointer == 8 ? BitConverter.ToUInt64(header, 8) : unchecked((ulong)BitConverter.ToInt32(header, 4));
        byte[] bytes = new byte[length];
        int read = length == 0 ? 0 : session.Client.Virtual.Read(buffer, bytes, call.Cancellation);
        session.WriteLines(length == 0 ? [$"{session.Address(buffer)}  \"\""] : StringText.Lines(buffer, bytes.AsMemory(0, read), length / size, size, session.Scope.PointerSize), call.Cancellation);
    }
}
