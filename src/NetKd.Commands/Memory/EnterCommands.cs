using System.Buffers.Binary;
using System.Text;

namespace NetKd.Commands.Memory;

/// <summary>The commands that write memory: <c>eb</c> to <c>eq</c>, and strings.</summary>
internal sealed class EnterCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        Values("eb", "bytes", 1),
        Values("ew", "words", 2),
        Values("ed", "double words", 4),
        Values("eq", "quad words", 8),
        Values("ep", "pointers", null),
        Text("ea", "one-byte characters", Encoding.Latin1, terminated: false),
        Text("eu", "two-byte characters", Encoding.Unicode, terminated: false),
        Text("eza", "one-byte characters and a zero", Encoding.Latin1, terminated: true),
        Text("ezu", "two-byte characters and a zero", Encoding.Unicode, terminated: true),
    ];

    private Command Values(string name, string what, int? size) =>
        new(name, new($"{name} [/p] address value ...", $"Writes {what}; /p to physical memory.", $"{name} @rsp 11 22"), call =>
            Write(call, size ?? session.Scope.PointerSize));

    private Command Text(string name, string what, Encoding encoding, bool terminated) =>
        new(name, new($"{name} address \"text\"", $"Writes {what}.", $"{name} @rsp \"hello\""), call =>
        {
            session.RequireStopped();
            ulong address = session.Evaluate(call);
            if (call.Arguments.AtEnd) throw call.Arguments.Error("Missing text: syntax error");
            string text = call.Arguments.Current == '"' ? call.Arguments.ReadQuoted() : call.Arguments.ReadRest();
            call.Arguments.ExpectEnd();
            Store(call, address, encoding.GetBytes(terminated ? text + "\0" : text), physical: false);
        });

    private void Write(CommandCall call, int size)
    {
        session.RequireStopped();
        bool physical = call.Arguments.TryTakeSwitch("/p");
        ulong address = session.Evaluate(call);
        byte[] bytes = ValueList.Read(call.Arguments, session.Masm, size);
        if (bytes.Length == 0)
            throw new CommandException($"Give the values on the line, as in: {call.Name} {session.Address(address)} 11 22 (values are not asked for one by one).");
        Store(call, address, bytes, physical);
    }

    private void Store(CommandCall call, ulong address, byte[] bytes, bool physical)
    {
        int written = physical ? session.Client.Physical.Write(address, bytes) : session.Client.Virtual.Write(address, bytes);
        if (written < bytes.Length)
            throw call.Arguments.Error($"Memory access error at {session.Address(unchecked(address + (ulong)written))}");
    }
}
