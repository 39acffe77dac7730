using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using NetKd.Interop;

namespace NetKd.Benchmarks;

/// <summary>
/// <c>netkd kd -kl</c> on the kernel of this machine: to the prompt, to the first name, to the first type, and the most memory. The names and types are the
/// kernel's own. Where the kernel has no kcore (small virtual machines), its memory is an empty file behind a /proc of this measurement's own.
/// </summary>
internal static class LocalKernelSpeed
{
    private const int Rounds = 5;
    private const string Tool = "src/NetKd.Cli/bin/Release/net10.0/netkd.dll";

    // In a mount namespace of its own: what kcore is missing in, and the rest of /proc as it is.
    private const string Script = """
        set -e
        mkdir -p "$1/real"
        mount -t proc proc "$1/real"
        mount -t tmpfs proc /proc
        for entry in self thread-self meminfo cpuinfo mounts stat sys filesystems; do ln -s "$1/real/$entry" /proc/$entry; done
        cp "$1/real/kallsyms" /proc/kallsyms
        : >/proc/modules
        ln -s "$1/core" /proc/kcore
        exec dotnet "$2" kd -kl
        """;

    public static async Task RunAsync()
    {
        string folder = Directory.CreateTempSubdirectory("netkd-lkd").FullName;
        try
        {
            bool isReal = File.Exists("/proc/kcore");
            if (!isReal) WriteCore(Path.Combine(folder, "core"));
            int names = File.ReadLines("/proc/kallsyms").Count();
            List<double> prompt = [], name = [], type = [], peak = [];
            for (int round = 0; round < Rounds; round++)
            {
                (double toPrompt, double toName, double toType, double megabytes) = await MeasureAsync(folder, isReal);
                prompt.Add(toPrompt);
                name.Add(toName);
                type.Add(toType);
                peak.Add(megabytes);
                Console.WriteLine($"round {round + 1}: prompt {toPrompt:F0} ms, then the first name {toName:F0} ms, then dt task_struct {toType:F0} ms, peak {megabytes:F0} MB");
            }

            Console.WriteLine();
            Console.WriteLine($"kd -kl, {names} names, {(isReal ? "the running kernel's memory" : "the running kernel's names and types, made-up memory")}, whole process, median of {Rounds} (min to max):");
            foreach ((string what, List<double> values) in ((string, List<double>)[])[("start to prompt, ms", prompt), ("first name, ms", name), ("dt task_struct after that, ms", type), ("peak memory, MB", peak)])
                Console.WriteLine($"  {what}: {Median.Of(values):F0} ({values.Min():F0} to {values.Max():F0})");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Prompt, double Name, double Type, double Peak)> MeasureAsync(string folder, bool isReal)
    {
        string tool = Path.Combine(Repository.Root, Tool);
        string[] arguments = isReal ? ["dotnet", tool, "kd", "-kl"] : ["unshare", "--mount", "sh", "-c", Script, "sh", folder, tool];
        ProcessStartInfo start = new(arguments[0], arguments[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        double toPrompt = await AskAsync("? 1", "Evaluate expression: 1");
        double toName = await AskAsync("? vmlinux!schedule", "Evaluate expression: -");
        double toType = await AskAsync("dt vmlinux!task_struct comm\n? 2", "Evaluate expression: 2");
        double peak = PeakMegabytes(process.Id);
        await process.StandardInput.WriteLineAsync("q");
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (toPrompt, toName, toType, peak);

        async Task<double> AskAsync(string commands, string answer)
        {
            await process.StandardInput.WriteLineAsync(commands);
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (!line.StartsWith(answer, StringComparison.Ordinal)) continue;
                double milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                began = Stopwatch.GetTimestamp();
                return milliseconds;
            }

            throw new InvalidOperationException($"the session ended at \"{commands}\": {await errors} (where there is no /proc/kcore, this needs root)");
        }
    }

    private static double PeakMegabytes(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    // An ELF core with the kernel's 256 MiB, all zeros and nothing on the disk.
    private static void WriteCore(string path)
    {
        byte[] header = new byte[64 + 56];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(56), 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(64), 1);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(64 + 8), 4096);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(64 + 16), 0xFFFFFFFF_81000000);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(64 + 32), 256 << 20);
        using FileStream file = File.Create(path);
        file.Write(header);
        file.SetLength(4096 + (256 << 20));
    }
}
