using NetKd.Commands.Types;

namespace NetKd.Commands.Control;

/// <summary>Expressions: <c>?</c>, <c>??</c>, <c>.formats</c> and the radix.</summary>
internal sealed class ExpressionCommands(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("?", new("? expression", "Evaluates a MASM expression.", "? poi(@rsp)+8"), Evaluate),
        new("??", new("?? expression", "Evaluates a C++ expression and shows its type and value, structures field by field.", "?? ((nt!_KTHREAD*)@$thread)->WaitTime + 1"), EvaluateCpp),
        new(".expr", new(".expr [/s masm|c++] [/q]", "Shows or sets the language of arguments; @@masm() and @@c++() switch within one.", ".expr /s c++"), ChooseLanguage) { IsWord = true },
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
        session.WriteLine($"Evaluate expression: {unchecked((long)value)} = {session.Address(value)}");
    }

    private void EvaluateCpp(CommandCall call)
    {
        TypedValue value = session.Cpp.Evaluate(call.Arguments.ReadRest());
        new TypedOutput(session.Scope).Write(value, session.Write, call.Cancellation);
    }

    private void ChooseLanguage(CommandCall call)
    {
        const string Masm = "MASM - Microsoft Assembler expressions";
        const string Cpp = "C++ - C++ source expressions";
        while (!call.Arguments.AtEnd)
        {
            if (call.Arguments.TryTakeSwitch("/q"))
            {
                session.WriteLine("Available expression evaluators:");
                session.WriteLine(Masm);
                session.WriteLine(Cpp);
                session.WriteLine();
                continue;
            }

            if (!call.Arguments.TryTakeSwitch("/s")) throw call.Arguments.Error("Syntax error");
            session.PrefersCpp = call.Arguments.ReadWord().ToUpperInvariant() switch
            {
                "MASM" => false,
                "C++" => true,
                _ => throw call.Arguments.Error("The evaluators are masm and c++: syntax error"),
            };
        }

        session.WriteLine($"Current expression evaluator: {(session.PrefersCpp ? Cpp : Masm)}");
    }

    private void Formats(CommandCall call)
    {
        ulong value = session.Evaluate(call);
        call.Arguments.ExpectEnd();
        foreach (string line in NumberFormatsText.Lines(value, session.Scope.PointerSize)) session.WriteLine(line);
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
