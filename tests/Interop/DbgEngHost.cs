using System.Diagnostics;

namespace NetKd.Interop;

/// <summary>
/// Runs Microsoft's own debugger engine under Wine as a KDNET host, with a script of steps (tests/Interop/DbgEngHost describes them).
/// What it needs is made ready once by eng/setup-dbgeng.sh; when that cannot be done the test fails and says how.
/// </summary>
public static class DbgEngHost
{
    private static readonly Lazy<Task<string>> s_home = new(SetUpAsync);

    /// <summary>Directory of the engine and its host program; the first call sets them up.</summary>
    public static Task<string> HomeAsync() => s_home.Value;

    /// <summary>
    /// Attaches with a connection string and performs the steps. A session that does not end in time is killed; what it printed
    /// until then is the result, so that the missing step tells where it hung.
    /// </summary>
    public static async Task<DbgEngSession> RunAsync(string connection, TimeSpan limit, params string[] steps)
    {
        string home = await HomeAsync();
        var start = new ProcessStartInfo("wine")
        {
            WorkingDirectory = home,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["WINEPREFIX"] = Environment.GetEnvironmentVariable("WINEPREFIX") ?? Path.Combine(home, "prefix");
        start.Environment["WINEDEBUG"] = "-all";
        // The engine's own libraries, not Wine's.
        start.Environment["WINEDLLOVERRIDES"] = "dbgeng,dbghelp,dbgcore,dbgmodel,msdia140=n";
        start.ArgumentList.Add("dbgeng-host.exe");
        start.ArgumentList.Add(connection);
        foreach (string step in steps) start.ArgumentList.Add(step);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var timer = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(timer.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        await errors;
        return new DbgEngSession(await output);
    }

    private static async Task<string> SetUpAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "eng", "setup-dbgeng.sh"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"Microsoft's engine could not be set up; on Debian: apt-get install wine wine64 g++-mingw-w64-x86-64\n{await errors}");
        }

        return output.Trim();
    }
}
