namespace NetKd.Commands.Modules;

/// <summary>Which columns <c>x</c> prints.</summary>
internal enum ExamineColumns
{
    All,
    Address,
    Name,
    AddressAndName,
}

/// <summary>The options of <c>x</c> (Microsoft Learn, "x (Examine Symbols)").</summary>
internal sealed record ExamineOptions
{
    public ExamineColumns Columns { get; private init; }

    public bool ShowsDetails { get; private init; }

    public bool ShowsTypes { get; private init; }

    public bool QuotesNames { get; private init; }

    public bool JoinsParenthesis { get; private init; }

    public bool FunctionsOnly { get; private init; }

    public bool DataOnly { get; private init; }

    public uint? Size { get; private init; }

    /// <summary>Null for the order in which the symbol file has them.</summary>
    public Func<IEnumerable<ModuleSymbol>, IEnumerable<ModuleSymbol>>? Sorting { get; private init; }

    public static ExamineOptions Read(CommandCall call, CommandSession session)
    {
        ArgumentReader arguments = call.Arguments;
        ExamineOptions options = new();
        arguments.SkipBlanks();
        while (arguments.Current == '/')
        {
            string word = arguments.ReadWord();
            options = word switch
            {
                "/0" => options with { Columns = ExamineColumns.Address },
                "/1" => options with { Columns = ExamineColumns.Name },
                "/2" => options with { Columns = ExamineColumns.AddressAndName },
                "/v" => options with { ShowsDetails = true },
                "/t" => options with { ShowsTypes = true },
                "/q" => options with { QuotesNames = true },
                "/p" => options with { JoinsParenthesis = true },
                "/f" => options with { FunctionsOnly = true },
                "/d" => options with { DataOnly = true },
                "/a" => options with { Sorting = s => s.OrderBy(x => x.Address) },
                "/A" => options with { Sorting = s => s.OrderByDescending(x => x.Address) },
                "/n" => options with { Sorting = s => s.OrderBy(x => x.ToString(), StringComparer.OrdinalIgnoreCase) },
                "/N" => options with { Sorting = s => s.OrderByDescending(x => x.ToString(), StringComparer.OrdinalIgnoreCase) },
                "/z" => options with { Sorting = s => s.OrderBy(x => x.Symbol.Size) },
                "/Z" => options with { Sorting = s => s.OrderByDescending(x => x.Symbol.Size) },
                "/s" => options with { Size = ReadSize(call, session) },
                "/D" => options,
                _ => throw arguments.Error($"Unknown option {word}: syntax error"),
            };
            arguments.SkipBlanks();
        }

        return options;
    }

    private static uint ReadSize(CommandCall call, CommandSession session)
    {
        ulong size = session.Evaluate(call);
        return size is > 0 and <= uint.MaxValue ? (uint)size : throw call.Arguments.Error("Range error");
    }
}
