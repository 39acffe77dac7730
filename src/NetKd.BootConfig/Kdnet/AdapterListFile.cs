namespace NetKd.BootConfig.Kdnet;

/// <summary>
/// A target's network adapters in a file made on the target: what <c>lspci -nn -D</c> prints, or CSV or JSON with the columns of
/// <see cref="AdapterFields"/>, which Windows' PowerShell can write. Which of them it is shows in the first character.
/// </summary>
public static class AdapterListFile
{
    /// <summary>The largest file that is read, in bytes. The list of a large server has some hundred kilobytes.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>The most lines or entries that are read.</summary>
    public const int MaxEntries = 4096;

    /// <summary>Reads a file in UTF-8, or in UTF-16 with a byte order mark, as Windows PowerShell writes it.</summary>
    /// <exception cref="AdapterListException">It cannot be read, or is none of the three forms.</exception>
    public static TargetMachine Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[MaxLength + 1];
            int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count > MaxLength) throw new AdapterListException($"{path}: longer than {MaxLength} bytes, which no list of network adapters is");
            using StreamReader reader = new(new MemoryStream(bytes, 0, count), Encoding.UTF8);
            return Parse(reader.ReadToEnd(), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new AdapterListException($"{path}: {e.Message}");
        }
    }

    internal static TargetMachine Parse(string text, string source)
    {
        string trimmed = text.Trim();
        try
        {
            return trimmed switch
            {
                "" => throw new AdapterListException("it is empty"),
                ['[' or '{', ..] => FromFields(AdapterJson.Read(trimmed), source),
                _ when LspciText.Matches(trimmed) => LspciText.Read(trimmed, source),
                _ => FromFields(AdapterCsv.Read(trimmed), source),
            };
        }
        catch (AdapterListException e)
        {
            throw new AdapterListException($"{source}: {e.Message}");
        }
    }

    private static TargetMachine FromFields(IEnumerable<AdapterFields> rows, string source)
    {
        List<NetworkAdapter> adapters = [];
        bool isQemu = false;
        foreach (AdapterFields row in rows)
        {
            if (adapters.Count == MaxEntries) throw new AdapterListException($"more than {MaxEntries} adapters");
            adapters.Add(row.ToAdapter());
            isQemu |= row.IsQemu;
        }

        return new TargetMachine(source, TargetMachine.InOrder(adapters)) { IsQemu = isQemu };
    }
}
