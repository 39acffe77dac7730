using NetKd.BootConfig.Bcd;
using NetKd.BootConfig.Hives;
using NetKd.BootConfig.Language;

namespace NetKd.BootConfig.Tests.Language;

/// <summary>A store file in a folder of its own, and command lines run on it.</summary>
internal sealed class StoreScope : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netkd-bcd-");

    /// <summary>A store with a boot manager, the settings objects and one loader; or none yet.</summary>
    public StoreScope(bool isMade = true)
    {
        Path = FileNamed("BCD");
        if (isMade) Run("/createstore", Path, "/template", "Target");
    }

    public string Path { get; }

    public BcdStore Store => BcdStore.Open(HiveFile.Open(Path));

    /// <summary>What the last command printed as errors and advice.</summary>
    public string Errors { get; private set; } = "";

    public void Dispose() => _folder.Delete(recursive: true);

    public string FileNamed(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>Runs a line on the store; blanks separate words. The exit code must be 0.</summary>
    public string Do(string line)
    {
        string output = Try(line, out int exitCode);
        Assert.True(exitCode == 0, $"{line}: {Errors}");
        return output;
    }

    public string Try(string line, out int exitCode)
    {
        exitCode = Run(out string output, ["/store", Path, .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        return output;
    }

    public string Run(params string[] arguments)
    {
        int exitCode = Run(out string output, arguments);
        Assert.True(exitCode == 0, Errors);
        return output;
    }

    private int Run(out string output, string[] arguments)
    {
        StringWriter lines = new();
        StringWriter errors = new();
        int exitCode = BcdEdit.Run(arguments, lines, errors, new BcdEditEnvironment { SystemBcdEdit = null });
        output = lines.ToString().ReplaceLineEndings("\n");
        Errors = errors.ToString().ReplaceLineEndings("\n");
        return exitCode;
    }
}
