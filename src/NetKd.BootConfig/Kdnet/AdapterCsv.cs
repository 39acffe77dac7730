namespace NetKd.BootConfig.Kdnet;

/// <summary>Comma-separated values with a header line (RFC 4180), with or without quotes; <c>#TYPE</c> and other comment lines are skipped.</summary>
internal static class AdapterCsv
{
    private const int MaxColumns = 64;

    private static readonly string[] s_telling = ["BusParams", "PnPDeviceID", "VendorId", "InterfaceDescription"];

    public static IEnumerable<AdapterFields> Read(string text)
    {
        List<string>? header = null;
        int line = 0;
        foreach (string untrimmed in text.Split('\n'))
        {
            if (++line > AdapterListFile.MaxEntries) throw new AdapterListException($"more than {AdapterListFile.MaxEntries} lines");
            string row = untrimmed.Trim();
            if (row.Length == 0 || row[0] == '#') continue;
            List<string> cells = Cells(row, line);
            if (header is null)
            {
                header = cells;
                if (!header.Intersect(s_telling, StringComparer.OrdinalIgnoreCase).Any())
                    throw new AdapterListException("this is no list of network adapters: neither lspci -nn -D, nor JSON, nor CSV with a column BusParams or PnPDeviceID (see docs/kdnet.md)");
                continue;
            }

            if (cells.Count != header.Count) throw new AdapterListException($"line {line} has {cells.Count} columns, the header {header.Count}");
            Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);
            for (int i = 0; i < cells.Count; i++) fields[header[i]] = cells[i];
            yield return new AdapterFields(fields, $"line {line}");
        }
    }

    // A quoted cell doubles its quotes. Cells with line ends, which RFC 4180 allows, no adapter needs.
    private static List<string> Cells(string row, int line)
    {
        List<string> cells = [];
        StringBuilder cell = new();
        bool isQuoted = false;
        for (int i = 0; i < row.Length; i++)
        {
            char c = row[i];
            if (c == '"' && isQuoted && i + 1 < row.Length && row[i + 1] == '"') cell.Append(row[++i]);
            else if (c == '"') isQuoted = !isQuoted;
            else if (c == ',' && !isQuoted) Add();
            else cell.Append(c);
        }

        if (isQuoted) throw new AdapterListException($"line {line} ends within quotes");
        Add();
        return cells;

        void Add()
        {
            if (cells.Count == MaxColumns) throw new AdapterListException($"line {line} has more than {MaxColumns} columns");
            cells.Add(cell.ToString().Trim());
            cell.Clear();
        }
    }
}
