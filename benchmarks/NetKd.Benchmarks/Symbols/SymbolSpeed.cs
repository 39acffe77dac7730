using System.Diagnostics;
using System.Globalization;
using NetKd.Engine.Symbols;
using NetKd.SymbolPeers.DbgHelp;
using NetKd.Symbols;
using NetKd.Symbols.Pdb;

namespace NetKd.Benchmarks.Symbols;

/// <summary>
/// Names, addresses, patterns and types of a large PDB, beside Microsoft's dbghelp under Wine and llvm-symbolizer. Every measurement is a process
/// of its own, the three in turn, so that each round is a pair under the same load. Times are taken within the processes, except those
/// of llvm-symbolizer, which is measured whole.
/// </summary>
internal static class SymbolSpeed
{
    private const int Rounds = 3;
    private const int Addresses = 1_000_000;
    private const int Names = 10_000;
    // llvm-symbolizer takes the same list, cut, and its rate is compared.
    private const int SymbolizerAddresses = 20_000;

    private sealed record Measured(double Microseconds, long Answers, long PeakBytes);

    public static async Task RunAsync(string? pdb)
    {
        string root = Interop.Repository.Root;
        if (pdb is not null)
        {
            string given = Path.GetFullPath(pdb);
            string image = Directory.EnumerateFiles(Path.GetDirectoryName(given)!, Path.GetFileNameWithoutExtension(given) + ".*").First(f => Path.GetExtension(f).ToLowerInvariant() is ".exe" or ".dll" or ".sys" or ".efi");
            await CompareAsync(image, given, "*Write*", null);
            return;
        }

        (string largeImage, string largePdb) = await LargeProgram.BuildAsync(root);
        await CompareAsync(largeImage, largePdb, LargeProgram.Pattern, LargeProgram.LargeType);
        string targetOs = Path.Combine(root, "artifacts", "targetos");
        if (File.Exists(Path.Combine(targetOs, "targetos.pdb"))) await CompareAsync(Path.Combine(targetOs, "BOOTX64.EFI"), Path.Combine(targetOs, "targetos.pdb"), "*Write*", null);
        else Console.WriteLine("targetos is not built: dotnet build targetos/TargetOs.csproj -c Release");
    }

    private static async Task CompareAsync(string image, string pdb, string pattern, string? type)
    {
        string folder = Directory.CreateTempSubdirectory("netkd-symbols-").FullName;
        try
        {
            Lists lists = new(pdb, folder, pattern, type);
            Console.WriteLine($"\n{Path.GetFileName(pdb)}: {new FileInfo(pdb).Length / 1e6:F1} MB, {lists.FunctionCount} functions; median of {Rounds} rounds, ratio pair by pair (min to max)\n");
            Console.WriteLine("| what | NetKd | dbghelp, Wine | ratio | llvm-symbolizer | answers |");
            Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
            List<Row> rows = [new("open to the first name by address", "open", "open", 1)];
            foreach (string turn in (string[])["cold", "warm"])
            {
                if (turn == "cold") rows.Add(new($"{Addresses} names by address, each", "names", "names-cold", Addresses));
                rows.Add(new($"{Names} addresses by name, {turn}, each", "offsets", $"offsets-{turn}", Names));
                rows.Add(new($"x mod!{pattern}, {turn}", "pattern", $"pattern-{turn}", 1));
                if (type is not null) rows.Add(new($"{type} with all it holds, {turn}", "type", $"type-{turn}", 1));
            }

            double start = (await OursAsync("empty", pdb, lists))["empty"].PeakBytes;
            Dictionary<string, List<(Measured Ours, Measured Theirs)>> pairs = [];
            List<double> symbolizerOpen = [], symbolizerNames = [], wholeOpen = [];
            foreach (string what in rows.Select(r => r.Command).Distinct())
            {
                for (int round = 0; round < Rounds; round++)
                {
                    Console.Error.Write($"\r{what} {round + 1} of {Rounds}      ");
                    long begin = Stopwatch.GetTimestamp();
                    Dictionary<string, Measured> ours = await OursAsync(what, pdb, lists);
                    if (what == "open") wholeOpen.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
                    Dictionary<string, Measured> theirs = Parse(DbgHelpLibrary.Run(image, "--time", what, lists.File(what)));
                    foreach (string key in ours.Keys)
                    {
                        if (!pairs.TryGetValue(key, out List<(Measured, Measured)>? list)) pairs[key] = list = [];
                        list.Add((ours[key], theirs[key]));
                    }

                    if (what == "open") symbolizerOpen.Add(await SymbolizerAsync(image, lists.File("open")));
                    if (what == "names") symbolizerNames.Add(await SymbolizerAsync(image, lists.SymbolizerFile));
                }
            }

            Console.Error.Write("\r                              \r");
            double openSymbolizer = Median.Of(symbolizerOpen);
            foreach (Row row in rows)
            {
                List<(Measured Ours, Measured Theirs)> list = pairs[row.Key];
                string symbolizer = row.Key == "open" ? $"{Time(openSymbolizer)} (whole process)"
                    : row.Command == "names" ? Time((Median.Of(symbolizerNames) - openSymbolizer) / SymbolizerAddresses) : "";
                string whole = row.Key == "open" ? $"; {Time(Median.Of(wholeOpen))} (whole process)" : "";
                Console.WriteLine($"| {row.Title} | {Time(Median.Of([.. list.Select(p => p.Ours.Microseconds)]) / row.Count)}{whole} | {Time(Median.Of([.. list.Select(p => p.Theirs.Microseconds)]) / row.Count)} | {Ratios(list.Select(p => p.Theirs.Microseconds / p.Ours.Microseconds))} | {symbolizer} | {list[0].Ours.Answers}, {list[0].Theirs.Answers} |");
            }

            foreach (Row row in rows.DistinctBy(r => r.Command))
            {
                // The peak of a process is that of its last line.
                List<(Measured Ours, Measured Theirs)> list = pairs[row.Command switch { "open" => "open", "names" => "names-cold", _ => $"{row.Command}-warm" }];
                double ours = Median.Of([.. list.Select(p => (double)p.Ours.PeakBytes)]), theirs = Median.Of([.. list.Select(p => (double)p.Theirs.PeakBytes)]);
                Console.WriteLine($"| peak memory: {row.Command}; above an empty process; share of the PDB | {ours / 1e6:F1} MB; {(ours - start) / 1e6:F1} MB; {ours / new FileInfo(pdb).Length:P0} | {theirs / 1e6:F1} MB | {theirs / ours:F2} | | |");
            }

            SecondTarget(pdb, lists);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Targets of one process share what the cache has open: the second opens no file and reads nothing anew.
    private static void SecondTarget(string pdb, Lists lists)
    {
        SymbolFileCache cache = new();
        int opened = 0;
        using SymbolFileLease first = cache.Open(pdb, Open);
        first.File.TryFindNearest(lists.First, out _);
        long before = GC.GetAllocatedBytesForCurrentThread(), begin = Stopwatch.GetTimestamp();
        using SymbolFileLease second = cache.Open(pdb, Open);
        second.File.TryFindNearest(lists.First, out _);
        Console.WriteLine($"| a second target with the same module: its first name | {Time(Stopwatch.GetElapsedTime(begin).TotalMicroseconds)}; {GC.GetAllocatedBytesForCurrentThread() - before} bytes allocated, {opened} file opened for both | | | | |");

        SymbolFile Open(string path)
        {
            opened++;
            return PdbFile.Open(path);
        }
    }

    private static async Task<Dictionary<string, Measured>> OursAsync(string what, string pdb, Lists lists) =>
        Parse(await RunAsync(ThisProgram.Path, null, ThisProgram.Arguments("symbols-child", what, pdb, what == "empty" ? "-" : lists.File(what))));

    private static async Task<double> SymbolizerAsync(string image, string list)
    {
        long begin = Stopwatch.GetTimestamp();
        await RunAsync("llvm-symbolizer", list, [$"--obj={image}", "--relative-address", "--no-inlines"]);
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
    }

    private static async Task<string> RunAsync(string program, string? input, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })
            ?? throw new InvalidOperationException($"{program} did not start");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (input is not null)
        {
            // llvm-symbolizer takes hexadecimal only with its prefix.
            foreach (string line in await File.ReadAllLinesAsync(input)) await process.StandardInput.WriteLineAsync("0x" + line);
        }

        process.StandardInput.Close();
        string text = await output;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {text}");
    }

    private static Dictionary<string, Measured> Parse(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.TrimEnd('\r').Split('\t'))
        .ToDictionary(f => f[0], f => new Measured(double.Parse(f[1], CultureInfo.InvariantCulture), long.Parse(f[2], CultureInfo.InvariantCulture), long.Parse(f[3], CultureInfo.InvariantCulture)));

    private static string Time(double microseconds) => microseconds switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{microseconds:F2} µs"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000:F1} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000_000:F2} s"),
    };

    private static string Ratios(IEnumerable<double> ratios)
    {
        double[] sorted = [.. ratios.Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{Median.Of(sorted):F1} ({sorted[0]:F1} to {sorted[^1]:F1})");
    }

    private sealed record Row(string Title, string Command, string Key, int Count);

    // What is asked about, the same for all: chosen by a seeded generator among the functions of the file.
    private sealed class Lists
    {
        private readonly string _folder;

        public Lists(string pdb, string folder, string pattern, string? type)
        {
            _folder = folder;
            using SymbolFile file = PdbFile.Open(pdb);
            Symbol[] functions = [.. file.Match("*").Where(s => s.Kind == SymbolKind.Function && s.Size > 0).OrderBy(s => s.Offset)];
            FunctionCount = functions.Length;
            Random random = new(1);
            First = functions[functions.Length / 2].Offset;
            Write("open", [Hexadecimal(First)]);
            string[] offsets = [.. Enumerable.Range(0, Addresses).Select(_ => functions[random.Next(functions.Length)]).Select(f => Hexadecimal(f.Offset + (uint)random.Next((int)f.Size)))];
            Write("names", offsets);
            Write("symbolizer", offsets.Take(SymbolizerAddresses));
            // Names that dbghelp does not take for expressions.
            string[] plain = [.. functions.Select(f => f.Name).Where(n => n.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':'))];
            Write("offsets", Enumerable.Range(0, Names).Select(_ => plain[random.Next(plain.Length)]));
            Write("pattern", [pattern]);
            if (type is not null) Write("type", [type]);
        }

        public int FunctionCount { get; }

        public uint First { get; }

        public string SymbolizerFile => File("symbolizer");

        public string File(string what) => Path.Combine(_folder, what + ".txt");

        private void Write(string what, IEnumerable<string> lines) => System.IO.File.WriteAllLines(File(what), lines);

        private static string Hexadecimal(uint offset) => offset.ToString("x", CultureInfo.InvariantCulture);
    }
}
