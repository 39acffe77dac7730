namespace NetKd.Commands.Control;

/// <summary>Expressions: <c>?</c>, <c>??</c>, <c>.formats</c> and the radix.</summary>
internal sealed class ExpressionCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("?", new("? expression", "Evaluates a MASM expression.", "? poi(@rsp)+8"), Evaluate),
        new("??", new("?? expression", "Evaluates a C++ expression over integers and registers.", "?? @rax + 1"), EvaluateCpp),
        new(".formats", new(".formats expression", "Shows a number in many forms.", ".formats 4142"), Formats) { IsWord = true },
        new("n", new("n [8|10|16]", "Shows or sets the radix of numbers.", "n 10"), SetRadix),
    ];

    private void Evaluate(CommandCall call)
    {
        if (call.Arguments.AtEnd)
        {
            session.WriteLine(".help lists the commands; ? <expression> evaluates.");
            return;
        }

        ulong value = session.Evaluate(call);
        call.Arguments.ExpectEnd();
        session.WriteLine($"Evaluate expression: {unchecked((long)value)} = {AddressText.Format(value)}");
    }

    private void EvaluateCpp(CommandCall call) => session.WriteLine(session.Cpp.Evaluate(call.Arguments.ReadRest()).ToString());

    private void Formats(CommandCall call)
    {
        ulong value = session.Evaluate(call);
        call.Arguments.ExpectEnd();
        foreach (string line in NumberFormatsText.Lines(value)) session.WriteLine(line);
    }

    // The argument is decimal in any radix, or "n 10" would do nothing.
    private void SetRadix(CommandCall call)
    {
        if (!call.Arguments.AtEnd)
        {
            string text = call.Arguments.ReadWord();
            session.Radix = text switch { "8" => 8, "10" => 10, "16" => 16, _ => throw call.Arguments.Error("The radix is 8, 10 or 16: syntax error") };
            call.Arguments.ExpectEnd();
        }

        session.WriteLine($"base is {session.Radix}");
    }
}
