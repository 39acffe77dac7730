using System.Diagnostics;
using NetKd.BootConfig.Storage;

namespace NetKd.BootConfig.Language;

/// <summary>What a command line meets outside of itself; tests put their own in its place.</summary>
internal sealed record BcdEditEnvironment
{
    public IStoreFiles Files { get; init; } = DiskFiles.Instance;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Runs the system's own bcdedit on the live store; null where there is none.</summary>
    public Func<IReadOnlyList<string>, TextWriter, TextWriter, int>? SystemBcdEdit { get; init; } = OperatingSystem.IsWindows() ? RunSystemBcdEdit : null;

    private static int RunSystemBcdEdit(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        string program = Path.Combine(Environment.SystemDirectory, "bcdedit.exe");
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new IOException($"{program} did not start");
        Task<string> errorText = process.StandardError.ReadToEndAsync();
        output.Write(process.StandardOutput.ReadToEnd());
        errors.Write(errorText.GetAwaiter().GetResult());
        process.WaitForExit();
        return process.ExitCode;
    }
}
