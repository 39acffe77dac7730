using System.Text;

namespace NetKd.Cli.Kd;

/// <summary>The lines that a user has typed, kept between sessions in a file that only the user can read.</summary>
internal sealed class CommandHistory
{
    private const int MaxLines = 1000;
    private const int MaxLineLength = 4096;

    private readonly string? _path;
    private readonly List<string> _lines = [];

    /// <summary>Reads the history at a path; null keeps none.</summary>
    public CommandHistory(string? path)
    {
        _path = path;
        try
        {
            if (path is not null && File.Exists(path)) _lines.AddRange(File.ReadLines(path).TakeLast(MaxLines));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A session without old lines is still a session.
        }
    }

    /// <summary>The kept lines, oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Where the user's history is: the state folder of the XDG rules, or the local application data of Windows.</summary>
    public static string? DefaultPath()
    {
        string? folder = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
                ? state
                : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "state") : null;
        return string.IsNullOrEmpty(folder) ? null : Path.Combine(folder, "netkd", "history");
    }

    /// <summary>Keeps a line. Connection strings can hold a key and are left out.</summary>
    public void Add(string line)
    {
        bool keeps = line.Trim().Length > 0 && line.Length <= MaxLineLength && !line.Contains("key=", StringComparison.OrdinalIgnoreCase);
        if (!keeps || (_lines.Count > 0 && _lines[^1] == line)) return;
        _lines.Add(line);
        if (_lines.Count > MaxLines) _lines.RemoveAt(0);
        if (_path is not null) Save(_path);
    }

    private void Save(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using StreamWriter writer = new(path, new UTF8Encoding(false), options);
            foreach (string line in _lines) writer.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The history is a convenience; a read-only home must not end a session.
        }
    }
}
