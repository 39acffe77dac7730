using System.Diagnostics;

namespace NetKd.Symbols.Tests.Names;

/// <summary>llvm-undname, asked about many names in one run.</summary>
internal static class LlvmUndname
{
    // It says ctor and dtor; Microsoft's undname, whose names debuggers show and users know, says the words.
    private static readonly (string Theirs, string Ours)[] s_words =
    [
        (", ", ","),
        ("`scalar deleting dtor'", "`scalar deleting destructor'"),
        ("`vector deleting dtor'", "`vector deleting destructor'"),
        ("`vbase dtor'", "`vbase destructor'"),
        ("`default ctor closure'", "`default constructor closure'"),
        ("`copy ctor closure'", "`copy constructor closure'"),
        ("vector ctor iterator'", "vector constructor iterator'"),
        ("vector dtor iterator'", "vector destructor iterator'"),
        ("vector vbase ctor iterator'", "vector vbase constructor iterator'"),
        ("vector copy ctor iterator'", "vector copy constructor iterator'"),
        ("vector vbase copy ctor iterator'", "vector vbase copy constructor iterator'"),
        ("`EH vector", "`eh vector"),
        ("`local vftable ctor closure'", "`local vftable constructor closure'"),
    ];

    /// <summary>What it makes of each name, in this project's words; null where it refuses.</summary>
    public static List<string?> Undecorate(string[] names)
    {
        ProcessStartInfo start = new("llvm-undname") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = StartOrExplain(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        foreach (string name in names) process.StandardInput.WriteLine(name);
        process.StandardInput.Close();
        process.WaitForExit();
        _ = errors.Result;
        // Each name is followed by its meaning, which is missing when it is refused, and an empty line.
        string[] lines = output.Result.Split('\n');
        List<string?> results = [];
        int at = 0;
        foreach (string name in names)
        {
            Assert.Equal(name, lines[at++]);
            string? result = lines[at] is { Length: > 0 } text ? text : null;
            if (result is not null) at++;
            at++;
            results.Add(result is null ? null : Translate(result));
        }

        return results;
    }

    private static string Translate(string text)
    {
        foreach ((string theirs, string ours) in s_words) text = text.Replace(theirs, ours, StringComparison.Ordinal);
        return text;
    }

    private static Process StartOrExplain(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new Xunit.Sdk.XunitException("llvm-undname is not installed. On Debian and Ubuntu: apt-get install --no-install-recommends llvm");
        }
    }
}
