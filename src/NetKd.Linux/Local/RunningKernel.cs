using System.Globalization;
using System.Text;
using NetKd.Linux.Kallsyms;

namespace NetKd.Linux.Local;

/// <summary>A module of the running kernel.</summary>
/// <param name="Name">Its name, without .ko.</param>
/// <param name="Base">Where it is.</param>
/// <param name="Size">Its bytes.</param>
public sealed record KernelModule(string Name, ulong Base, uint Size);

/// <summary>
/// What a running Linux kernel tells of itself in <c>/proc</c> and <c>/sys</c>, and whether that is enough to look into it. For any thread.
/// </summary>
/// <param name="root">Where the two are mounted: "/", or a folder of copies.</param>
public sealed class RunningKernel(string root = "/")
{
    private const int MaxModules = 4096;
    private const int MaxTypes = 256 << 20;

    private KallsymsText? _names;

    /// <summary>The kernel's memory.</summary>
    public string CorePath => Path.Combine(root, "proc", "kcore");

    /// <summary>The kernel's names.</summary>
    public string NamesPath => Path.Combine(root, "proc", "kallsyms");

    /// <summary>What <c>uname -r</c> says; empty when nobody knows.</summary>
    public string Release => ReadText("proc", "sys", "kernel", "osrelease").Trim();

    /// <summary>The names, read once.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public KallsymsText Names
    {
        get
        {
            if (_names is { } known) return known;
            // The kernel writes the text at each read: larger pieces spare it nothing, smaller ones cost.
            using FileStream stream = new(NamesPath, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite, BufferSize = 0 });
            return _names = KallsymsText.Read(stream);
        }
    }

    /// <summary>Why the kernel cannot be looked into, in one line with what to do; null when it can.</summary>
    public string? WhyNot()
    {
        using KernelCore? core = TryOpen(out _, out string reason);
        return core is null ? reason : null;
    }

    /// <summary>Opens the kernel's memory; null with the reason, in one line with what to do, when it cannot be looked into.</summary>
    /// <param name="start">Where the kernel's image begins.</param>
    /// <param name="reason">Why not.</param>
    public KernelCore? TryOpen(out ulong start, out string reason)
    {
        start = 0;
        KernelCore core;
        if (!File.Exists(CorePath))
        {
            reason = $"{CorePath} is not there: this kernel was built without CONFIG_PROC_KCORE, or a container hides it. Use a kernel of a distribution, outside containers.";
            return null;
        }

        try
        {
            core = KernelCore.Open(CorePath);
        }
        catch (UnauthorizedAccessException)
        {
            string lockdown = ReadText("sys", "kernel", "security", "lockdown");
            reason = lockdown.Contains("[confidentiality]", StringComparison.Ordinal)
                ? $"the kernel is locked down (lockdown=confidentiality), which forbids {CorePath} even to root: boot with lockdown=integrity or none."
                : $"{CorePath} is for root with CAP_SYS_RAWIO only: run as root (sudo netkd kd -kl).";
            return null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            reason = $"{CorePath} cannot be used: {e.Message}.";
            return null;
        }

        reason = !TryFindImage(out start) ? $"{NamesPath} has no _text: this kernel was built without CONFIG_KALLSYMS."
            : start == 0 ? "the kernel hides its addresses (kernel.kptr_restrict): run as root with CAP_SYSLOG, and with sysctl kernel.kptr_restrict=1 or 0."
            : "";
        if (reason.Length == 0) return core;
        core.Dispose();
        return null;
    }

    /// <summary>
    /// Where the kernel's image begins (<c>_text</c>); false when the names do not say, zero when addresses are hidden. The first lines say it: reading
    /// all of them takes the kernel a tenth of a second.
    /// </summary>
    public bool TryFindImage(out ulong start)
    {
        const int LinesRead = 20_000;
        start = 0;
        try
        {
            using StreamReader reader = new(NamesPath, Encoding.ASCII);
            for (int i = 0; i < LinesRead && reader.ReadLine() is { } line; i++)
            {
                if (line.EndsWith(" _text", StringComparison.Ordinal)) return ulong.TryParse(line.AsSpan(0, line.IndexOf(' ')), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out start);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Said as: no names.
        }

        return false;
    }

    /// <summary>The modules that are loaded, by address.</summary>
    public IReadOnlyList<KernelModule> Modules()
    {
        List<KernelModule> modules = [];
        foreach (string line in ReadText("proc", "modules").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            // name size users dependents state address
            if (words.Length < 6 || modules.Count >= MaxModules || !uint.TryParse(words[1], CultureInfo.InvariantCulture, out uint size)) continue;
            string address = words[5].StartsWith("0x", StringComparison.Ordinal) ? words[5][2..] : words[5];
            if (ulong.TryParse(address, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong start) && start != 0) modules.Add(new KernelModule(words[0], start, size));
        }

        return [.. modules.OrderBy(module => module.Base)];
    }

    /// <summary>The types of the kernel (<c>vmlinux</c>) or of a module as BTF; null when it has none.</summary>
    public byte[]? ReadTypes(string module)
    {
        string path = Path.Combine(root, "sys", "kernel", "btf", module);
        if (module.Contains('/', StringComparison.Ordinal) || !File.Exists(path) || new FileInfo(path).Length > MaxTypes) return null;
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string ReadText(params string[] path)
    {
        try
        {
            return File.ReadAllText(Path.Combine([root, .. path]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
