namespace NetKd.Commands.Memory;

/// <summary>Ports and model-specific registers: <c>ib</c> to <c>od</c>, <c>rdmsr</c>, <c>wrmsr</c>.</summary>
internal sealed class PortCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        Input("ib", "a byte", 1),
        Input("iw", "a word", 2),
        Input("id", "a double word", 4),
        Output("ob", "a byte", 1),
        Output("ow", "a word", 2),
        Output("od", "a double word", 4),
        new("rdmsr", new("rdmsr register", "Reads a model-specific register of the current processor.", "rdmsr c0000082"), ReadMsr) { IsWord = true },
        new("wrmsr", new("wrmsr register value", "Writes a model-specific register of the current processor.", "wrmsr c0000103 1"), WriteMsr) { IsWord = true },
    ];

    private Command Input(string name, string what, int size) =>
        new(name, new($"{name} port", $"Reads {what} from an I/O port.", $"{name} 60"), call =>
        {
            session.RequireStopped();
            ulong port = session.Evaluate(call);
            call.Arguments.ExpectEnd();
            string value = session.Client.Io.TryRead(port, size, out uint read) ? read.ToString("x" + size * 2) : new string('?', size * 2);
            session.WriteLine($"{AddressText.Format(port)}: {value}");
        });

    private Command Output(string name, string what, int size) =>
        new(name, new($"{name} port value", $"Writes {what} to an I/O port.", $"{name} 80 1"), call =>
        {
            session.RequireStopped();
            ulong port = session.Evaluate(call);
            if (call.Arguments.AtEnd) throw call.Arguments.Error("Missing value: syntax error");
            ulong value = session.Evaluate(call);
            call.Arguments.ExpectEnd();
            if (value >> (size * 8) != 0) throw call.Arguments.Error("Overflow error");
            if (!session.Client.Io.TryWrite(port, size, (uint)value)) throw new CommandException($"The target refused to write port {port:x}.");
        });

    private void ReadMsr(CommandCall call)
    {
        session.RequireStopped();
        uint register = Register(call);
        call.Arguments.ExpectEnd();
        if (!session.Client.Msr.TryRead(register, out ulong value)) throw new CommandException($"no such msr: {register:x}");
        session.WriteLine($"msr[{register:x}] = {AddressText.Format(value)}");
    }

    private void WriteMsr(CommandCall call)
    {
        session.RequireStopped();
        uint register = Register(call);
        if (call.Arguments.AtEnd) throw call.Arguments.Error("Missing value: syntax error");
        ulong value = session.Evaluate(call);
        call.Arguments.ExpectEnd();
        if (!session.Client.Msr.TryWrite(register, value)) throw new CommandException($"The target refused to write msr {register:x}.");
    }

    private uint Register(CommandCall call)
    {
        ulong register = session.Evaluate(call);
        return register <= uint.MaxValue ? (uint)register : throw call.Arguments.Error("Overflow error");
    }
}
