using System.Diagnostics;
using System.Globalization;

namespace NetKd.SymbolPeers.DbgHelp;

/// <summary>
/// Asks Microsoft's symbol library, under Wine, about one image and its PDB (tests/SymbolPeers/DbgHelpHost describes the commands). What it
/// needs is made ready once by eng/setup-dbgeng.sh; when that cannot be done the test fails and says how.
/// </summary>
public sealed class DbgHelpLibrary : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    private static readonly Lazy<string> s_home = new(SetUp);

    private readonly string _folder = Directory.CreateTempSubdirectory("netkd-dbghelp-").FullName;
    private readonly List<string> _script = [];

    /// <summary>Adds a command without an argument or with a pattern.</summary>
    public void Add(string command) => _script.Add(command);

    /// <summary>Adds a command about a list.</summary>
    public void Add(string command, IEnumerable<string> items)
    {
        string file = Path.Combine(_folder, $"{command}.txt");
        File.WriteAllLines(file, items);
        _script.Add($"{command} {file}");
    }

    /// <summary>Adds a command about offsets from the image's base.</summary>
    public void Add(string command, IEnumerable<uint> offsets) => Add(command, offsets.Select(o => o.ToString("x", CultureInfo.InvariantCulture)));

    /// <summary>Performs the commands: the fields of each answer's lines, by the command's word.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string[]>> Ask(string image)
    {
        string script = Path.Combine(_folder, "script.txt");
        File.WriteAllLines(script, _script);
        string output = Run(image, script);
        Dictionary<string, IReadOnlyList<string[]>> answers = [];
        List<string[]> current = [];
        foreach (string line in output.Split('\n').Select(l => l.TrimEnd('\r')))
        {
            if (line.StartsWith("@@ ", StringComparison.Ordinal)) answers.Add(line[3..].Split(' ')[0], current = []);
            else if (line.Length > 0) current.Add(line.Split('\t'));
        }

        Assert.True(answers.ContainsKey("end"), $"dbghelp did not end its answers about {image}:\n{output[..Math.Min(2000, output.Length)]}");
        return answers;
    }

    /// <summary>Runs the host program and gives what it printed.</summary>
    public static string Run(params IEnumerable<string> arguments)
    {
        string home = s_home.Value;
        ProcessStartInfo start = new("wine", ["dbghelp-host.exe", .. arguments]) { WorkingDirectory = home, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["WINEPREFIX"] = Environment.GetEnvironmentVariable("WINEPREFIX") ?? Path.Combine(home, "prefix");
        start.Environment["WINEDEBUG"] = "-all";
        // Microsoft's own library, not Wine's.
        start.Environment["WINEDLLOVERRIDES"] = "dbghelp,dbgcore,msdia140=n";
        using Process process = SampleProgram.Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_limit)) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"dbghelp-host {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}");
        return output.Result;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string SetUp()
    {
        ProcessStartInfo start = new(Path.Combine(SampleProgram.Root(), "eng", "setup-dbgeng.sh")) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new Xunit.Sdk.XunitException($"Microsoft's symbol library could not be set up; on Debian: apt-get install wine wine64 g++-mingw-w64-x86-64\n{errors.Result}");
        }

        return output.Trim();
    }
}
