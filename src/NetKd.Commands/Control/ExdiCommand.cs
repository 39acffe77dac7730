namespace NetKd.Commands.Control;

/// <summary><c>.exdicmd</c>: a command for the stub of an eXDI session, in the stub's own language (facts: kernel-debugging-docs, E.4).</summary>
internal sealed class ExdiCommand(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new(".exdicmd", new(".exdicmd target:command", "Gives a command to the gdb stub (QEMU's monitor) and shows its answer.", ".exdicmd target:info registers"), Run) { IsWord = true },
    ];

    private void Run(CommandCall call)
    {
        session.RequireStopped();
        string text = call.Arguments.ReadRest().Trim();
        // target:, component: and a number say who is meant; here there is one, the stub.
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        bool isAddressed = colon > 0 && (text[..colon] is "target" or "component" || uint.TryParse(text[..colon], out _));
        string command = isAddressed ? text[(colon + 1)..].Trim() : text;
        if (command.Length == 0) throw call.Arguments.Error("Missing command: .exdicmd target:info registers");
        session.WriteLines(session.Client.RunExdiCommand(command).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(StringText.WithoutControls), call.Cancellation);
    }
}
