using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace NetKd.Testing;

/// <summary>
/// A small Windows program with its PDB, compiled by clang and linked by lld-link from the sources in tests/SamplePrograms. Built once for
/// each set of sources and switches, into artifacts/samples. Without the tools the test fails with the line that installs them.
/// </summary>
/// <param name="Image">Path of the executable.</param>
/// <param name="Pdb">Path of its PDB.</param>
internal sealed record SampleProgram(string Image, string Pdb)
{
    private static readonly Lock s_building = new();

    private const string Install = "apt-get install --no-install-recommends clang lld llvm";

    /// <summary>Compiles every .c and .cpp file of a folder of tests/SamplePrograms and links them.</summary>
    /// <param name="folder">Name of the folder.</param>
    /// <param name="target">clang's target triple.</param>
    /// <param name="compile">Switches of clang after those that make CodeView.</param>
    /// <param name="link">Switches of lld-link after /debug; <c>{sources}</c> stands for the folder of the sources.</param>
    public static SampleProgram Build(string folder, string target = "x86_64-pc-windows-msvc", string compile = "-O0", string link = "/entry:Main")
    {
        string sources = Path.Combine(Root(), "tests", "SamplePrograms", folder);
        string[] files = [.. Directory.GetFiles(sources).Order(StringComparer.Ordinal)];
        StringBuilder identity = new($"{target}|{compile}|{link}");
        foreach (string file in files) identity.Append('|').Append(Path.GetFileName(file)).Append(File.ReadAllText(file));
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity.ToString())))[..16];
        string home = Path.Combine(Root(), "artifacts", "samples", $"{folder}-{hash}");
        SampleProgram program = new(Path.Combine(home, $"{folder}.exe"), Path.Combine(home, $"{folder}.pdb"));
        lock (s_building)
        {
            if (!Directory.Exists(home)) Make(home, folder, sources, files, target, compile, link);
        }

        return program;
    }

    /// <summary>Runs a tool and gives what it printed; fails the test with its error text when it fails.</summary>
    public static string Run(string tool, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(tool) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Start(start);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new Xunit.Sdk.XunitException($"{tool} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}:\n{errors.Result}{output}");
        return output;
    }

    /// <summary>Starts a tool; without it the test fails with the line that installs it.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new Xunit.Sdk.XunitException($"{start.FileName} is not installed. On Debian and Ubuntu: {Install}");
        }
    }

    /// <summary>The repository's root.</summary>
    public static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "NetKd.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests do not run within the repository.");
    }

    private static void Make(string home, string folder, string sources, string[] files, string target, string compile, string link)
    {
        // Two test processes may build the same program: each builds its own, and one is renamed into place.
        string work = $"{home}.{Environment.ProcessId}";
        Directory.CreateDirectory(work);
        List<string> objects = [];
        foreach (string file in files.Where(f => Path.GetExtension(f) is ".c" or ".cpp"))
        {
            string output = Path.Combine(work, Path.GetFileNameWithoutExtension(file) + ".obj");
            objects.Add(output);
            Run("clang", [$"--target={target}", "-c", "-g", "-gcodeview", "-ffreestanding", "-fno-exceptions", .. NoRuntimeTypes(file), .. Words(compile), file, "-o", output, $"-I{sources}"]);
        }

        Run("lld-link", ["/nologo", "/nodefaultlib", "/debug", "/subsystem:console", .. Words(link.Replace("{sources}", sources, StringComparison.Ordinal)), .. objects,
            $"/pdb:{Path.Combine(work, folder + ".pdb")}", $"/pdbaltpath:{folder}.pdb", $"/out:{Path.Combine(work, folder + ".exe")}"]);
        try
        {
            Directory.Move(work, home);
        }
        catch (IOException) when (Directory.Exists(home))
        {
            Directory.Delete(work, true);
        }
    }

    // They would need the C++ runtime's type_info.
    private static string[] NoRuntimeTypes(string file) => Path.GetExtension(file) == ".cpp" ? ["-fno-rtti"] : [];

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
