using System.Diagnostics;

namespace NetKd.Interop;

/// <summary>
/// The bundled target computer in QEMU, booted as a user boots it: by eng/run-targetos.sh. Fails with the install line when QEMU, its
/// firmware or the built image is missing.
/// </summary>
public sealed class QemuTarget : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _serial;
    private readonly Task<string> _errors;

    private QemuTarget(Process process, string serial)
    {
        _process = process;
        _serial = serial;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>What the target has written to its serial console so far.</summary>
    public string Console
    {
        get
        {
            try
            {
                using FileStream file = new(_serial, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using StreamReader reader = new(file);
                return reader.ReadToEnd();
            }
            catch (IOException)
            {
                return "";
            }
        }
    }

    /// <summary>Starts a target that pokes a debugger of this machine. The key goes by the environment, not by the command line.</summary>
    public static async Task<QemuTarget> StartAsync(int port, string key, params string[] arguments)
    {
        string serial = Path.Combine(Path.GetTempPath(), $"netkd-serial-{Environment.ProcessId}-{port}.txt");
        ProcessStartInfo start = new(Path.Combine(Repository.Root, "eng", "run-targetos.sh")) { RedirectStandardError = true };
        foreach (string argument in (string[])["--port", $"{port}", "--serial", serial, .. arguments]) start.ArgumentList.Add(argument);
        if (key.Length > 0) start.Environment["NETKD_KEY"] = key;
        QemuTarget target = new(Process.Start(start)!, serial);
        await Task.Delay(500);
        if (target._process.HasExited) throw new InvalidOperationException($"The target computer could not be started: {await target._errors}");
        return target;
    }

    /// <summary>Waits until the console shows a text.</summary>
    public async Task WaitForConsoleAsync(string text, TimeSpan limit)
    {
        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (!Console.Contains(text, StringComparison.Ordinal))
        {
            if (Environment.TickCount64 > end) throw new TimeoutException($"The target's console does not show \"{text}\":\n{Console}");
            await Task.Delay(100);
        }
    }

    /// <summary>Ends QEMU; the script removes what it made.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // SIGTERM lets the script clean up; Process.Kill would not.
            using Process kill = Process.Start("kill", $"{_process.Id}")!;
            await kill.WaitForExitAsync();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        File.Delete(_serial);
    }
}
