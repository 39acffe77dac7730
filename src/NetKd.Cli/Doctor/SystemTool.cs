using System.ComponentModel;
using System.Diagnostics;

namespace NetKd.Cli.Doctor;

/// <summary>What a system tool printed.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ToolOutput(int ExitCode, string Output, string Error = "");

/// <summary>Runs a tool of the system. Null when it is not installed; tests put texts in its place.</summary>
/// <param name="tool">Its name without a path.</param>
/// <param name="arguments">Its arguments.</param>
internal delegate ToolOutput? ToolRunner(string tool, params string[] arguments);

/// <summary>The real <see cref="ToolRunner"/>.</summary>
internal static class SystemTool
{
    private const int MaxOutput = 4 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    // Where the systems keep them. PATH is not asked: a normal user's lacks sbin, and doctor is often run as root.
    private static readonly string[] s_directories = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    /// <summary>Runs a tool and waits for it, at most five seconds.</summary>
    public static ToolOutput? Run(string tool, params string[] arguments)
    {
        string? path = OperatingSystem.IsWindows() ? Path.Combine(Environment.SystemDirectory, tool + ".exe") : s_directories.Select(d => Path.Combine(d, tool)).FirstOrDefault(File.Exists);
        if (path is null || !File.Exists(path)) return null;
        ProcessStartInfo start = new(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // Their words are read, so they have to be English.
        start.Environment["LC_ALL"] = "C";
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = ReadAsync(process.StandardOutput);
            Task<string> error = ReadAsync(process.StandardError);
            if (Task.WaitAll([output, error], s_patience) && process.WaitForExit(s_patience)) return new ToolOutput(process.ExitCode, output.Result, error.Result);
            process.Kill(entireProcessTree: true);
            return new ToolOutput(-1, "", $"{tool} did not end within {s_patience.TotalSeconds} s");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or AggregateException)
        {
            return new ToolOutput(-1, "", e.Message);
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        char[] buffer = new char[MaxOutput];
        int length = await reader.ReadBlockAsync(buffer).ConfigureAwait(false);
        return new string(buffer, 0, length);
    }
}
