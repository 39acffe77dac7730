using System.Diagnostics;
using NetKd.BootConfig.Bcd;
using NetKd.BootConfig.Hives;

namespace NetKd.Benchmarks;

/// <summary>
/// A store of 10 000 loader entries on a disk: open it, turn one entry's debugger on, save it. Beside it, in turn, libhivex's hivexsh,
/// which writes the file in place, without a flush or a backup.
/// </summary>
internal static class StoreSave
{
    private const int Objects = 10_000;
    private const int Rounds = 7;

    public static void Run()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("netkd-bcd-");
        try
        {
            string path = Path.Combine(folder.FullName, "BCD");
            Guid changed = Fill(path);
            List<double> ours = [], theirs = [];
            // The first round is not counted: our code is compiled in it.
            for (int round = 0; round <= Rounds; round++)
            {
                double we = Time(() => Ours(path, changed, round % 2 == 0));
                double they = Time(() => Theirs(folder, path, changed, round % 2 == 0));
                Console.WriteLine($"round {round}: NetKd {we:F0} ms, hivexsh {they:F0} ms");
                if (round == 0) continue;
                ours.Add(we);
                theirs.Add(they);
            }

            Console.WriteLine();
            Console.WriteLine($"| store of {Objects} objects, {new FileInfo(path).Length / 1e6:F1} MB: open, change, save | median | min | max |");
            Console.WriteLine("| --- | --- | --- | --- |");
            Console.WriteLine($"| NetKd (checks all, flushes, keeps a backup), ms | {Median(ours):F0} | {ours.Min():F0} | {ours.Max():F0} |");
            Console.WriteLine($"| hivexsh (a new process, in place), ms | {Median(theirs):F0} | {theirs.Min():F0} | {theirs.Max():F0} |");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Guid Fill(string path)
    {
        BcdStore store = BcdStore.Create();
        Guid last = Guid.Empty;
        for (int i = 0; i < Objects; i++) last = ObjectTemplates.CreateBootable(store, $"Entry {i}").Id;
        HiveFile.Save(store.Hive, path);
        return last;
    }

    private static void Ours(string path, Guid id, bool isOn)
    {
        BcdStore store = BcdStore.Open(HiveFile.Open(path));
        store.Find(id)!.Set(WellKnown.Debug, new BcdValue.Boolean(isOn));
        HiveFile.Save(store.Hive, path);
    }

    private static void Theirs(DirectoryInfo folder, string path, Guid id, bool isOn)
    {
        string script = Path.Combine(folder.FullName, "script");
        File.WriteAllText(script, $"load {path}\ncd Objects\\{id:B}\\Elements\\260000a0\nsetval 1\nElement\nhex:3:0{(isOn ? 1 : 0)}\ncommit\n");
        using Process process = Process.Start("hivexsh", ["-w", "-f", script]);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException("hivexsh failed; it comes with: sudo apt-get install --no-install-recommends libhivex-bin");
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
