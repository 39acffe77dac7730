namespace NetKd.Cli.Commands;

/// <summary>
/// Brings a kdnet command line into the form that the parser knows: options in one word (<c>-bkw</c>), <c>/busparams</c>, and <c>-h</c>,
/// which is the hypervisor here and help elsewhere (facts: kernel-debugging-docs, C.9).
/// </summary>
internal static class KdnetArguments
{
    private static readonly Dictionary<char, string> s_stages = new() { ['b'] = "--bootmgr", ['w'] = "--winload", ['k'] = "--kernel", ['h'] = "--hypervisor" };

    /// <summary>The arguments of a <c>kdnet</c> call; those of other commands as they are.</summary>
    public static string[] Normalize(string[] arguments) => arguments.Length == 0 || arguments[0] != "kdnet" ? arguments : [.. arguments.SelectMany(Normalize)];

    private static IEnumerable<string> Normalize(string argument)
    {
        if (argument.Length < 2 || argument[0] is not ('-' or '/') || argument[1] == '-') return [argument];
        string word = argument[1..].ToLowerInvariant();
        if (word == "busparams") return ["--busparams"];
        return word.All(s_stages.ContainsKey) ? word.Select(letter => s_stages[letter]).Distinct() : [argument];
    }
}
