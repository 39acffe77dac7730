namespace NetKd.Cli.Commands;

/// <summary>
/// Brings a command line in kd's habits into the form that the parser knows: <c>/k</c> for <c>-k</c>, and options between <c>-k</c>
/// and its value, as some of Microsoft's pages print them (facts: kernel-debugging-docs, A.2 and G.1).
/// </summary>
internal static class KdArguments
{
    private static readonly string[] s_withValue = ["-k", "-kx", "-c", "-cf", "-y", "-i", "-srcpath", "-logo", "-loga", "--wait", "--capture"];

    // -k alone, the last on the line: the environment says where the target is (facts: kernel-debugging-docs, A.1).
    private const string FromEnvironment = "com:";

    private static readonly string[] s_flags = ["-b", "-d", "-v", "-n", "-r", "-s", "-lines", "-noshell", "-version", "--json", "--allow-unencrypted", "-kqm", "-kl", "-?"];

    /// <summary>The arguments of a <c>kd</c> call in order; those of other commands as they are.</summary>
    public static string[] Normalize(string[] arguments)
    {
        if (arguments.Length == 0 || arguments[0] != "kd") return arguments;
        List<string> result = ["kd"];
        bool keyOpen = false;
        for (int i = 1; i < arguments.Length; i++)
        {
            string option = Dashed(arguments[i]);
            if (option == "-k" && i + 1 < arguments.Length && IsFlag(arguments[i + 1]))
            {
                // "-k -d net:..." : the value comes later.
                keyOpen = true;
                continue;
            }

            if (keyOpen && !IsFlag(option) && !s_withValue.Contains(option))
            {
                result.Add("-k");
                keyOpen = false;
            }

            result.Add(option);
            if (option == "-k" && i + 1 == arguments.Length) result.Add(FromEnvironment);
            if (s_withValue.Contains(option) && i + 1 < arguments.Length) result.Add(arguments[++i]);
        }

        if (keyOpen) result.AddRange(["-k", FromEnvironment]);
        return [.. result];
    }

    private static bool IsFlag(string argument) => s_flags.Contains(Dashed(argument));

    // Only known names: a value such as /dev/ttyS0 keeps its slash. Letter case does not count in kd.
    private static string Dashed(string argument)
    {
        if (argument.Length < 2 || argument[0] is not ('-' or '/')) return argument;
        string dashed = "-" + argument[1..].ToLowerInvariant();
        return s_withValue.Contains(dashed) || s_flags.Contains(dashed) ? dashed : argument;
    }
}
