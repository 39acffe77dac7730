using System.Text;

namespace NetKd.Linux.Tests;

/// <summary>A folder that looks like the root of a machine with /proc and /sys, as far as a test fills it.</summary>
internal sealed class KernelFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("netkd-kernel").FullName;

    public void Write(string path, string text) => Write(path, Encoding.ASCII.GetBytes(text));

    public void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
