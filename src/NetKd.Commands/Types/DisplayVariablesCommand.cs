using System.IO.Enumeration;
using NetKd.Commands.Language;
using NetKd.Commands.Session;
using NetKd.Commands.Text;
using NetKd.Symbols.Scopes;

namespace NetKd.Commands.Types;

/// <summary><c>dv</c>: the variables of the present scope (facts: kernel-debugging-docs, D.3).</summary>
internal sealed class DisplayVariablesCommand(CommandSession session, TargetLocals locals) : ICommandGroup
{
    private const int PlaceWidth = 17;
    private const int NameWidth = 15;

    public IEnumerable<Command> Commands =>
    [
        new("dv", new(
            "dv [/f address] [/a|/n] [/i] [/t] [/V] [pattern]",
            "Displays the variables of the present frame (.frame chooses it): t with types, i whether parameter or local, V with their places, a and n sorted by address and name, f of any function.",
            "dv /t /i /V"), Run) { IsWord = true },
    ];

    private sealed record Options
    {
        public bool Types { get; init; }

        public bool Kinds { get; init; }

        public bool Places { get; init; }

        public char Order { get; init; }

        public ulong? Function { get; init; }
    }

    private void Run(CommandCall call)
    {
        session.RequireStopped();
        Options options = Read(call);
        string pattern = call.Arguments.ReadWord();
        call.Arguments.ExpectEnd();
        LocalScope scope = (options.Function is ulong address ? locals.OfFunction(address) : locals.Present) ??
                           throw new CommandException("Private symbols (symbols.pri) are required for locals.");
        List<LocalVariable> variables = [.. scope.Variables.Where(v => pattern.Length == 0 || FileSystemName.MatchesSimpleExpression(pattern, v.Name, ignoreCase: true))];
        if (options.Order == 'n') variables = [.. variables.OrderBy(v => v.Name, StringComparer.Ordinal)];
        if (options.Order == 'a') variables = [.. variables.OrderBy(v => scope.AddressOf(v) ?? 0)];
        IReadOnlyList<TypedValue> values = options.Function is null ? scope.Load(variables) : [];
        ValueText text = new(session.Scope);
        for (int i = 0; i < variables.Count; i++)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            session.WriteLine(options.Function is null ? Line(scope, variables[i], values[i], text, options) : Described(scope, variables[i], options));
        }
    }

    private Options Read(CommandCall call)
    {
        Options options = new();
        while (true)
        {
            call.Arguments.SkipBlanks();
            if (call.Arguments.Current is not ('/' or '-')) return options;
            call.Arguments.Position++;
            while (char.IsAsciiLetter(call.Arguments.Current))
            {
                char letter = call.Arguments.Current;
                call.Arguments.Position++;
                options = letter switch
                {
                    't' => options with { Types = true },
                    'i' => options with { Kinds = true },
                    'V' or 'v' => options with { Places = true },
                    'a' or 'n' or 'z' => options with { Order = letter },
                    'f' => options with { Function = session.Evaluate(call) },
                    _ => throw call.Arguments.Error($"/{letter} is no option of dv (.help dv): syntax error"),
                };
            }
        }
    }

    private static string Line(LocalScope scope, LocalVariable variable, TypedValue value, ValueText text, Options options)
    {
        string kind = options.Kinds ? (variable.Kind == LocalKind.Parameter ? "prv param  " : variable.Kind == LocalKind.Static ? "prv static " : "prv local  ") : "";
        string place = options.Places ? $"{AddressOf(value, scope.LocationOf(variable)),-PlaceWidth} {PlaceOf(scope.LocationOf(variable)),-PlaceWidth} " : "";
        string name = options.Types ? $"{TypeText.Declaration(scope.TypeOf(variable))} {variable.Name}" : variable.Name.PadLeft(NameWidth);
        return $"{kind}{place}{name} = {text.Line(value)}";
    }

    // Of a function that does not execute only the place within its frame can be told.
    private static string Described(LocalScope scope, LocalVariable variable, Options options)
    {
        ValueLocation? location = scope.LocationOf(variable) ?? (variable.Locations.Count > 0 ? variable.Locations[0].Location : null);
        string name = options.Types ? $"{TypeText.Declaration(scope.TypeOf(variable))} {variable.Name}" : variable.Name.PadLeft(NameWidth);
        return $"{PlaceOf(location),-PlaceWidth} {name}";
    }

    private static string AddressOf(TypedValue value, ValueLocation? location) =>
        value.Address is ulong address ? AddressText.Format(address) : PlaceOf(location);

    private static string PlaceOf(ValueLocation? location) => location switch
    {
        RegisterLocation register => "@" + register.Register,
        RegisterRelativeLocation relative => $"@{relative.Register}{(relative.Offset < 0 ? '-' : '+')}0x{Math.Abs((long)relative.Offset):x4}",
        ImageLocation image => $"+0x{image.Offset:x}",
        ConstantLocation => "<constant>",
        PieceLocation => "<pieces>",
        _ => "<unavailable>",
    };
}
