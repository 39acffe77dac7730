using NetKd.Protocol.Net;

namespace NetKd.Cli.Kd;

/// <summary>
/// Completes a connection string with a key from a file (<c>key=@FILE</c>) or from the environment, so that it need not stand on the
/// command line, where every user of the machine can read it.
/// </summary>
internal static class KeySource
{
    /// <summary>The variable that holds a key for connection strings without one.</summary>
    public const string Variable = "NETKD_KEY";

    // A key is at most 55 characters; a larger file is not one and need not be read.
    private const int MaxFileLength = 4096;

    /// <summary>The connection string with its key put in.</summary>
    /// <exception cref="UsageException">The file cannot be read. The message never holds its contents.</exception>
    public static string Resolve(string connection, Func<string, string?> environment)
    {
        if (!connection.StartsWith("net:", StringComparison.OrdinalIgnoreCase)) return connection;
        List<string> options = [.. connection[4..].Split(',')];
        int index = options.FindIndex(option => option.TrimStart().StartsWith("key=", StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            if (environment(Variable) is { Length: > 0 } key) options.Add("key=" + key.Trim());
        }
        else
        {
            options[index] = "key=" + ReadKey(options[index].TrimStart()[4..].Trim());
        }

        return "net:" + string.Join(',', options);
    }

    /// <summary>A key as it was given: itself, or with <c>@</c> the text of a file.</summary>
    public static string ReadKey(string given) => given is ['@', .. string path] ? ReadFile(path) : given;

    /// <summary>Reads a key as it was given.</summary>
    /// <exception cref="UsageException">It is no key. The message names the option, never the key.</exception>
    public static KdNetKey ParseKey(string given, string option)
    {
        KeyTextFault fault = KeyText.TryParse(ReadKey(given), out KdNetKey key, out int part);
        return fault == KeyTextFault.None ? key : throw new UsageException($"{option}: {KeyTextFormat.Describe(fault, part)}");
    }

    private static string ReadFile(string path)
    {
        try
        {
            FileInfo file = new(path);
            if (file.Length > MaxFileLength) throw new UsageException($"key=@{path}: the file is too large to be a key");
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"key=@{path}: {e.Message}");
        }
    }
}
