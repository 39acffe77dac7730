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
        foreach (string line in StringText.Lines(range.Address, bytes.AsMemory(0, read), characters, size))
        {
            call.Cancellation.ThrowIfCancellationRequested();
            session.WriteLine(line);
            shown += StringText.LineLength;
        }

        session.NextData = unchecked(range.Address + (ulong)(Math.Min(shown, characters) * size));
    }
}
