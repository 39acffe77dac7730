using System.Diagnostics;
using System.Text;

namespace NetKd.Interop;

/// <summary>
/// A stock Debian kernel in QEMU, as eng/make-linux-guest.sh makes it: idling for a debugger at its stub, or running a script of ours and our
/// published binary.
/// </summary>
internal sealed class LinuxMachine : IAsyncDisposable
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "artifacts", "linux");
    private static readonly Lazy<Task> s_guest = new(() => MakeAsync());
    private static readonly Lazy<Task> s_guestWithNetKd = new(() => MakeAsync("--netkd"));

    private readonly Process _process;
    private readonly string _initial;
    private readonly StringBuilder _console = new();
    private readonly Task _reading;

    private LinuxMachine(Process process, string initial)
    {
        _process = process;
        _initial = initial;
        _reading = ReadAsync(process.StandardOutput);
    }

    /// <summary>What the guest has written so far.</summary>
    public string Console
    {
        get
        {
            lock (_console) return _console.ToString();
        }
    }

    /// <summary>Starts a guest that idles, with a gdb stub at a port of this machine, and waits until it has booted.</summary>
    public static async Task<LinuxMachine> StartIdleAsync(int processors, int stub, TimeSpan limit)
    {
        await s_guest.Value;
        LinuxMachine machine = Start(["guest.cpio.gz"], [], "", ["-m", "512", "-smp", $"{processors}", "-gdb", $"tcp:127.0.0.1:{stub}"]);
        try
        {
            await machine.WaitForConsoleAsync("guest: running", limit);
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Boots a guest with our binary as /bin/netkd, runs a script in it and gives what it printed.</summary>
    public static async Task<string> RunAsync(string script, string kernelParameters, TimeSpan limit)
    {
        await s_guestWithNetKd.Value;
        await using LinuxMachine machine = Start(["guest.cpio.gz", "netkd.cpio.gz"], Archive("run.sh", script), kernelParameters, ["-m", "1024", "-smp", "2"]);
        await machine.WaitForConsoleAsync("guest: done", limit);
        return machine.Console;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
        File.Delete(_initial);
    }

    private static LinuxMachine Start(string[] archives, byte[] more, string parameters, string[] arguments)
    {
        string initial = Path.Combine(Path.GetTempPath(), $"netkd-initial-{Guid.NewGuid():N}");
        using (FileStream file = File.Create(initial))
        {
            // The kernel unpacks archives that stand one behind the other.
            foreach (string archive in archives) file.Write(File.ReadAllBytes(Path.Combine(s_folder, archive)));
            // One without compression begins at a multiple of four.
            while (file.Position % 4 != 0) file.WriteByte(0);
            file.Write(more);
        }

        ProcessStartInfo start = new("qemu-system-x86_64") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (string argument in (string[])["-display", "none", "-serial", "stdio", "-monitor", "none", "-nic", "none", "-accel", "tcg", .. arguments])
            start.ArgumentList.Add(argument);
        foreach (string argument in (string[])["-kernel", Path.Combine(s_folder, "vmlinuz"), "-initrd", initial, "-append", $"console=ttyS0 quiet panic=-1 {parameters}"])
            start.ArgumentList.Add(argument);
        return new LinuxMachine(Process.Start(start)!, initial);
    }

    private async Task WaitForConsoleAsync(string text, TimeSpan limit)
    {
        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (!Console.Contains(text, StringComparison.Ordinal))
        {
            bool ended = _process.HasExited;
            if (ended) await _reading;
            if (Console.Contains(text, StringComparison.Ordinal)) return;
            if (ended || Environment.TickCount64 > end) throw new TimeoutException($"The guest's console does not show \"{text}\":\n{Console}");
            await Task.Delay(100);
        }
    }

    private async Task ReadAsync(StreamReader output)
    {
        char[] piece = new char[4096];
        while (await output.ReadAsync(piece) is > 0 and int length)
        {
            lock (_console) _console.Append(piece, 0, length);
        }
    }

    private static async Task MakeAsync(params string[] options)
    {
        ProcessStartInfo start = new(Path.Combine(Repository.Root, "eng", "make-linux-guest.sh"), options) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"the Linux guest could not be made:\n{await output}{errors}");
    }

    // The "newc" archives that kernels take (kernel documentation: driver-api/early-userspace/buffer-format): a header of hexadecimal numbers, the name,
    // the bytes, each padded to four.
    private static byte[] Archive(string name, string text)
    {
        using MemoryStream archive = new();
        byte[] bytes = Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"));
        Add(name, bytes, 0x81A4);
        Add("TRAILER!!!", [], 0);
        return archive.ToArray();

        void Add(string entry, byte[] content, int mode)
        {
            int[] fields = [0, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, entry.Length + 1, 0];
            Put(Encoding.ASCII.GetBytes($"070701{string.Concat(fields.Select(f => f.ToString("x8")))}{entry}\0"));
            Put(content);
        }

        void Put(byte[] part)
        {
            archive.Write(part);
            while (archive.Length % 4 != 0) archive.WriteByte(0);
        }
    }
}
