namespace NetKd.Commands.Breakpoints;

/// <summary>
/// Reads the place of <c>bp</c> and <c>bu</c>. A name or a source line that is known is taken; one that no module has yet makes the breakpoint
/// wait for it; anything else is an expression.
/// </summary>
internal sealed class BreakpointPlaceReader(CommandSession session)
{
    public BreakpointPlace Read(CommandCall call, bool follows)
    {
        ArgumentReader arguments = call.Arguments;
        arguments.SkipBlanks();
        int start = arguments.Position;
        string text = TakeLocation(arguments);
        if (!CodeLocation.TryParse(text, out CodeLocation? location) || IsExpression(location))
        {
            arguments.Position = start;
            return new BreakpointPlace(session.Evaluate(call), null);
        }

        IReadOnlyList<ulong> places = location.Resolve(session.Client);
        if (places.Count == 1)
        {
            session.Variables.LastExpression = places[0];
            return new BreakpointPlace(places[0], follows ? location : null);
        }

        if (places.Count > 1) throw Ambiguous(location, places);
        // A bare name that is mistyped is likelier than a module still to come; bu says that it is meant.
        if (location is { Module: null, Line: null } && !follows) throw ArgumentReader.ErrorAt("Couldn't resolve", text);
        session.Write(OutputMask.Warning, $"{location.Text} is not known yet: breakpoint waits for its module (bl shows it)\n");
        return new BreakpointPlace(null, location);
    }

    // kd reads numbers, registers and the bases of modules first; only what is none of these is a name.
    private bool IsExpression(CodeLocation location)
    {
        if (location.Line is not null || location.Module is not null) return false;
        string name = location.Name;
        return NumberText.Read(name, session.Radix, out _) == name.Length
            || session.Scope.TryReadRegister(name.ToLowerInvariant(), out _)
            || session.Client.Modules.FindByName(name) is not null;
    }

    // A line in back quotes, a name in @!"", or what goes on to the next blank outside of templates' angle brackets.
    private static string TakeLocation(ArgumentReader arguments)
    {
        int start = arguments.Position;
        if (arguments.Current == '`')
        {
            int end = arguments.Text.IndexOf('`', start + 1);
            if (end < 0) throw arguments.Error("Missing closing back quote: syntax error");
            arguments.Position = end + 1;
        }
        else if (arguments.Rest.StartsWith("@!\""))
        {
            arguments.Position += 2;
            arguments.ReadQuotedRaw();
        }
        else
        {
            int depth = 0;
            while (arguments.Current != '\0' && (depth > 0 || !char.IsWhiteSpace(arguments.Current)))
            {
                if (arguments.Current == '<') depth++;
                else if (arguments.Current == '>' && depth > 0) depth--;
                arguments.Position++;
            }
        }

        return arguments.Text[start..arguments.Position];
    }

    private CommandException Ambiguous(CodeLocation location, IReadOnlyList<ulong> places)
    {
        foreach (ulong place in places) session.WriteLine($"Matched: {session.Address(place)} {session.Names.DescribeOrNumber(place)}{session.Names.Line(place)}");
        return new CommandException($"Ambiguous symbol error at '{location.Text}': give one of these addresses, or bm to set all of them");
    }
}
