using System.Diagnostics;
using System.Xml.Linq;
using NetKd.BootConfig.Hives;

namespace NetKd.BootConfig.Tests.Hives;

/// <summary>Debian's libhivex, a reader and writer of hives by others: it reads what we write, and we read what it writes.</summary>
public sealed class HivexTests : IDisposable
{
    private const int Trees = 1000;
    private const int MergedTrees = 20;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netkd-hivex-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Hivexml_reads_what_we_write()
    {
        Parallel.For(0, Trees, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
        {
            Random random = new(seed);
            RandomTree tree = RandomTree.Create(random);
            Hive hive = Hive.Create("root", "test");
            tree.WriteTo(hive.Root);
            for (int i = 0; i < 5; i++) tree.Change(random, hive.Root);
            string path = Save(hive, seed);
            XElement root = XDocument.Parse(Run("hivexml", [path])).Root!.Element("node")!;
            AssertSame(tree, root, $"seed {seed}");
        });
    }

    [Fact]
    public void We_read_what_hivexsh_writes()
    {
        // One process for all trees: it loads a hive that we made, builds a tree in it and commits.
        List<(string Path, RandomTree Tree)> trees = [];
        StringWriter script = new();
        for (int seed = 0; seed < Trees; seed++)
        {
            RandomTree tree = SmallTree(new Random(seed), 0);
            string path = Save(Hive.Create("root", "test"), seed);
            trees.Add((path, tree));
            script.WriteLine($"load {path}");
            Script(script, tree);
            script.WriteLine("commit");
            script.WriteLine("unload");
        }

        string file = Path.Combine(_folder.FullName, "script");
        File.WriteAllText(file, script.ToString());
        Run("hivexsh", ["-w", "-f", file]);
        foreach ((string path, RandomTree tree) in trees) tree.AssertSame(HiveFile.Open(path).Root);
    }

    [Fact]
    public void An_old_hive_gets_only_what_its_version_has()
    {
        // 1.3, as some stores of Windows still are: no hash leaves, no data in segments.
        byte[] image = Hive.Create("root", "test").ToImage();
        image[24] ^= 5 ^ 3;
        image[508] ^= 5 ^ 3;
        Hive hive = Hive.Open(image);
        RandomTree tree = RandomTree.Create(new Random(5));
        byte[] large = new byte[50_000];
        new Random(6).NextBytes(large);
        tree.Values["nlarge"] = (HiveValueType.Binary, large);
        tree.Keys["nmore"] = new RandomTree();
        tree.WriteTo(hive.Root);
        string path = Save(hive, 0);
        byte[] file = File.ReadAllBytes(path);
        Assert.Equal(3, file[24]);
        Assert.True(file.AsSpan().IndexOf(large) > 0);
        AssertSame(tree, XDocument.Parse(Run("hivexml", [path])).Root!.Element("node")!, "1.3");
        tree.AssertSame(HiveFile.Open(path).Root);
    }

    [Fact]
    public void Hives_go_back_and_forth_between_hivexregedit_and_us()
    {
        for (int seed = 0; seed < MergedTrees; seed++)
        {
            Random random = new(seed);
            RandomTree tree = RandomTree.Create(random);
            Hive hive = Hive.Create("root", "test");
            tree.WriteTo(hive.Root);
            string path = Save(hive, seed);
            string merge = Path.Combine(_folder.FullName, "merge.reg");
            File.WriteAllText(merge, "Windows Registry Editor Version 5.00\n\n[\\nmerged]\n\"nvalue\"=hex(3):01,02,03\n");
            Run("hivexregedit", ["--merge", "--encoding=UTF-8", path, merge]);
            RandomTree merged = new();
            merged.Values["nvalue"] = (HiveValueType.Binary, [1, 2, 3]);
            tree.Keys["nmerged"] = merged;

            // hivex leaves free cells and lists of its own; edit them, and let it read the result again.
            hive = HiveFile.Open(path);
            tree.AssertSame(hive.Root);
            for (int i = 0; i < 20; i++) tree.Change(random, hive.Root);
            HiveFile.Save(hive, path);
            AssertSame(tree, XDocument.Parse(Run("hivexml", [path])).Root!.Element("node")!, $"seed {seed}");
            Assert.Contains("REGEDIT", Run("hivexregedit", ["--export", path, "\\"]).Replace("Windows Registry Editor", "REGEDIT", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    private static void Script(StringWriter script, RandomTree tree)
    {
        script.WriteLine($"setval {tree.Values.Count}");
        foreach ((string name, (HiveValueType type, byte[] data)) in tree.Values)
        {
            script.WriteLine(name);
            script.WriteLine($"hex:{(uint)type}:{string.Join(',', data.Select(b => b.ToString("x2")))}");
        }

        foreach ((string name, RandomTree subtree) in tree.Keys)
        {
            script.WriteLine($"add {name}");
            script.WriteLine($"cd {name}");
            Script(script, subtree);
            script.WriteLine("cd ..");
        }
    }

    // hivexsh takes ASCII names without blanks, and lines of moderate length.
    private static RandomTree SmallTree(Random random, int depth)
    {
        RandomTree tree = new();
        for (int i = random.Next(4); i > 0; i--)
        {
            byte[] data = new byte[random.Next(1, 60)];
            random.NextBytes(data);
            tree.Values[$"v{random.Next(100)}"] = ((HiveValueType)random.Next(12), data);
        }

        for (int i = depth > 2 ? 0 : random.Next(4); i > 0; i--) tree.Keys[$"Key{random.Next(100)}"] = SmallTree(random, depth + 1);
        return tree;
    }

    private static void AssertSame(RandomTree tree, XElement node, string where)
    {
        Assert.Equal(tree.Keys.Keys, node.Elements("node").Select(n => (string)n.Attribute("name")!));
        Dictionary<string, XElement> values = node.Elements("value").ToDictionary(v => (string?)v.Attribute("key") ?? "");
        Assert.True(tree.Values.Count == values.Count, where);
        foreach ((string name, (HiveValueType type, byte[] data)) in tree.Values)
        {
            XElement value = values[name];
            switch (type)
            {
                case HiveValueType.String:
                    Assert.Equal(System.Text.Encoding.Unicode.GetString(data).TrimEnd('\0'), (string?)value.Attribute("value"));
                    break;
                case HiveValueType.MultiString:
                    Assert.Equal(System.Text.Encoding.Unicode.GetString(data).Split('\0', StringSplitOptions.RemoveEmptyEntries), value.Elements("string").Select(s => s.Value).Where(s => s.Length > 0));
                    break;
                case HiveValueType.UInt32 when data.Length == 4:
                    Assert.Equal(BitConverter.ToInt32(data), (int)value.Attribute("value")!);
                    break;
                case HiveValueType.Binary:
                    Assert.Equal(data, Convert.FromBase64String((string?)value.Attribute("value") ?? ""));
                    break;
                default:
                    break;
            }
        }

        foreach (XElement below in node.Elements("node")) AssertSame(tree.Keys[(string)below.Attribute("name")!], below, where);
    }

    private string Save(Hive hive, int number)
    {
        string path = Path.Combine(_folder.FullName, $"hive{number}");
        HiveFile.Save(hive, path);
        return path;
    }

    private static string Run(string tool, string[] arguments)
    {
        ProcessStartInfo start = new(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException($"{tool} is missing; install it with: sudo apt-get install --no-install-recommends libhivex-bin libwin-hivex-perl");
        }

        using (process)
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            Assert.True(process.WaitForExit(60_000), $"{tool} does not end");
            Assert.True(process.ExitCode == 0, $"{tool} {string.Join(' ', arguments)}: {errors.Result}");
            return output;
        }
    }
}
