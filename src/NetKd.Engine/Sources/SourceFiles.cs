using System.Text;

namespace NetKd.Engine.Sources;

/// <summary>
/// Source files on this machine, found by the paths that compilers wrote on theirs. Of each path, the longest trailing part that exists in
/// an element of the source path is taken, then the path as it is.
/// </summary>
public sealed class SourceFiles
{
    private const int MaxBytes = 32 << 20;
    private const int MaxSegments = 64;
    private const int MaxCached = 64;

    private readonly Dictionary<string, SourceText?> _texts = new(StringComparer.Ordinal);
    private string _path;

    internal SourceFiles(string path) => _path = path;

    /// <summary>The source path: directories between semicolons.</summary>
    public string Path
    {
        get => _path;
        set
        {
            _path = value;
            _texts.Clear();
        }
    }

    /// <summary>Reads a file's text; null when it is not there. What was read is kept, also that there was nothing.</summary>
    public SourceText? Read(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (_texts.TryGetValue(file, out SourceText? known)) return known;
        if (_texts.Count >= MaxCached) _texts.Clear();
        return _texts[file] = Find(file) is { } found ? ReadText(found) : null;
    }

    /// <summary>Reads files anew at their next use.</summary>
    public void Forget() => _texts.Clear();

    private string? Find(string file)
    {
        string[] segments = file.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        // A path comes out of a PDB: it is not to lead out of the directories that the user named.
        if (segments.Length is 0 or > MaxSegments || segments.Contains("..")) return null;
        string[] elements = _path.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int first = segments[0].EndsWith(':') ? 1 : 0;
        for (int start = first; start < segments.Length; start++)
        {
            foreach (string element in elements)
            {
                if (Descend(element, segments.AsSpan(start)) is { } found) return found;
            }
        }

        return File.Exists(file) ? file : null;
    }

    // Sources of a Windows build lie on this disk with letters in another case at times.
    private static string? Descend(string directory, ReadOnlySpan<string> segments)
    {
        string straight = System.IO.Path.Combine([directory, .. segments]);
        if (File.Exists(straight)) return straight;
        if (OperatingSystem.IsWindows() || !Directory.Exists(directory)) return null;
        string at = directory;
        EnumerationOptions anyCase = new() { MatchCasing = MatchCasing.CaseInsensitive, IgnoreInaccessible = true };
        for (int i = 0; i < segments.Length; i++)
        {
            if (segments[i].AsSpan().ContainsAny('*', '?')) return null;
            string? next = i == segments.Length - 1
                ? Directory.EnumerateFiles(at, segments[i], anyCase).FirstOrDefault()
                : Directory.EnumerateDirectories(at, segments[i], anyCase).FirstOrDefault();
            if (next is null) return null;
            at = next;
        }

        return at;
    }

    private static SourceText? ReadText(string path)
    {
        try
        {
            FileInfo information = new(path);
            // A pipe or device of that name would never end.
            if ((information.Attributes & (FileAttributes.Device | FileAttributes.Directory)) != 0 || information.Length is 0 or > MaxBytes) return null;
            return new SourceText(path, File.ReadAllLines(path, Encoding.UTF8));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
