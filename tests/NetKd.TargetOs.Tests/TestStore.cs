using NetKd.BootConfig.Language;
using NetKd.TargetOs.Boot;

namespace NetKd.TargetOs.Tests;

/// <summary>A store file that bcdedit's commands write and the kernel reads.</summary>
internal sealed class TestStore : IDisposable
{
    public const string Net = "/dbgsettings net hostip:192.168.2.1 port:50000 key:1.2.3.4";

    private readonly string _folder = Directory.CreateTempSubdirectory("netkd-store").FullName;
    private readonly string _path;

    /// <summary>Makes a store with one loader entry and runs commands on it, words parted by blanks.</summary>
    public TestStore(params string[] commands)
    {
        _path = Path.Combine(_folder, "BCD");
        Run("/createstore", _path, "/template", "targetos");
        Edit(commands);
    }

    public byte[] Bytes => File.ReadAllBytes(_path);

    public void Edit(params string[] commands)
    {
        foreach (string command in commands) Run(["/store", _path, .. command.Split(' ')]);
    }

    /// <summary>What the kernel makes of it.</summary>
    public BootSettings Read() => Read(Bytes);

    public static BootSettings Read(ReadOnlySpan<byte> file)
    {
        BootSettings settings = BootSettings.Parse(default);
        BcdDebugger.Read(file, ref settings);
        return settings;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Run(params string[] arguments)
    {
        StringWriter output = new(), errors = new();
        Assert.True(BcdEdit.Run(arguments, output, errors) == BcdEdit.Done, errors.ToString());
    }
}
