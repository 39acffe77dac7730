using System.Diagnostics;
using System.Globalization;

namespace NetKd.Interop;

/// <summary>
/// A program without an operating system (StubGuests/guest.c), or a kernel with NT's structures (StubGuests/nt-kernel.c), in QEMU, on a machine with two
/// processors, with a gdb stub: as eng/make-stub-guests.sh makes them for arm64 and 32-bit x86.
/// </summary>
internal sealed class StubGuest : IAsyncDisposable
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "artifacts", "stub-guests");
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task> s_made = new(MakeAsync);

    private readonly Process _process;
    private readonly SortedList<ulong, string> _names;

    private StubGuest(Process process, int stub, SortedList<ulong, string> names)
    {
        _process = process;
        _names = names;
        Stub = stub;
    }

    /// <summary>The stub's TCP port.</summary>
    public int Stub { get; }

    /// <summary>Starts the program for an architecture, arm64 or x86.</summary>
    public static async Task<StubGuest> StartAsync(string architecture)
    {
        await s_made.Value;
        SortedList<ulong, string> names = [];
        foreach (string line in await File.ReadAllLinesAsync(Path.Combine(s_folder, $"{architecture}.names")))
        {
            string[] parts = line.Split(' ');
            names[ulong.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)] = parts[2];
        }

        return await StartAsync(architecture, architecture, names);
    }

    /// <summary>Starts the kernel with NT's structures for an architecture, arm64 or x86. Its names are in PDBs: see <see cref="SymbolPath"/>.</summary>
    public static async Task<StubGuest> StartNtAsync(string architecture)
    {
        await s_made.Value;
        return await StartAsync(architecture, $"nt-{architecture}", []);
    }

    /// <summary>Where the images and PDBs of a kernel with NT's structures are.</summary>
    public static string SymbolPath(string architecture) => Path.Combine(s_folder, $"nt-{architecture}");

    private static async Task<StubGuest> StartAsync(string architecture, string program, SortedList<ulong, string> names)
    {
        int stub = FreePort.Tcp();
        string[] machine = architecture == "arm64" ? ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57"] : ["qemu-system-i386", "-accel", "tcg"];
        ProcessStartInfo start = new(machine[0]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])[.. machine[1..], "-smp", "2", "-m", "64", "-display", "none", "-serial", "stdio", "-monitor", "none", "-nic", "none"])
            start.ArgumentList.Add(argument);
        foreach (string argument in (string[])["-kernel", Path.Combine(s_folder, $"{program}.elf"), "-gdb", $"tcp:127.0.0.1:{stub}"]) start.ArgumentList.Add(argument);
        StubGuest guest = new(Process.Start(start)!, stub, names);
        try
        {
            await guest.ReadyAsync();
            return guest;
        }
        catch
        {
            await guest.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address of one of the program's names.</summary>
    public ulong Address(string name) => _names.First(n => n.Value == name).Key;

    /// <summary>The function that an address is in.</summary>
    public string NameAt(ulong address) => _names.LastOrDefault(n => n.Key <= address).Value ?? "";

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // The guest says so itself (StubGuests/ready.h), on the serial line that QEMU has on its output.
    private async Task ReadyAsync()
    {
        using CancellationTokenSource timer = new(s_patience);
        byte[] said = new byte[1];
        int count = await _process.StandardOutput.BaseStream.ReadAsync(said, timer.Token);
        Assert.True(count == 1 && said[0] == '!', "the guest did not start");
    }

    private static async Task MakeAsync()
    {
        ProcessStartInfo start = new(Path.Combine(Repository.Root, "eng", "make-stub-guests.sh")) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"the guests could not be made:\n{await output}{errors}");
    }
}
