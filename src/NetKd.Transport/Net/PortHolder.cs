using System.Globalization;
using System.Runtime.InteropServices;

namespace NetKd.Transport.Net;

/// <summary>Finds who holds a UDP port, where the system tells: Linux for processes of the same user (all, for root), Windows for all.</summary>
public static class PortHolder
{
    /// <summary>The holder as a phrase such as <c>process 4711 (kd)</c>; null when the system does not tell.</summary>
    public static string? Describe(ushort port)
    {
        try
        {
            int? holder = OperatingSystem.IsLinux() ? FindOnLinux(port) : OperatingSystem.IsWindows() ? FindOnWindows(port) : null;
            return holder is { } id ? $"process {id}{NameOf(id)}" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or EntryPointNotFoundException)
        {
            // What cannot be read is not told; the port is taken all the same.
            return null;
        }
    }

    private static string NameOf(int process)
    {
        try
        {
            using System.Diagnostics.Process holder = System.Diagnostics.Process.GetProcessById(process);
            return $" ({holder.ProcessName})";
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }

    // proc(5): /proc/net/udp names the inode of each socket, and /proc/PID/fd links to socket:[inode].
    private static int? FindOnLinux(ushort port)
    {
        HashSet<string> links = [.. SocketInodes("/proc/net/udp", port).Concat(SocketInodes("/proc/net/udp6", port)).Select(inode => $"socket:[{inode}]")];
        if (links.Count == 0) return null;
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int process)) continue;
            if (HoldsAny(Path.Combine(directory, "fd"), links)) return process;
        }

        return null;
    }

    private static IEnumerable<string> SocketInodes(string table, ushort port)
    {
        if (!File.Exists(table)) yield break;
        string ending = $":{port:X4}";
        foreach (string line in File.ReadLines(table).Skip(1))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 9 && columns[1].EndsWith(ending, StringComparison.Ordinal)) yield return columns[9];
        }
    }

    private static bool HoldsAny(string directory, HashSet<string> links)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(directory).Any(entry => new FileInfo(entry).LinkTarget is { } link && links.Contains(link));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or one that has just ended.
            return false;
        }
    }

    // GetExtendedUdpTable with UDP_TABLE_OWNER_PID: a count, then rows of address, port and process (iphlpapi.h). Ports are big-endian.
    private static int? FindOnWindows(ushort port)
    {
        foreach ((int family, int rowSize, int portOffset) in ((int, int, int)[])[(2, 12, 4), (23, 28, 20)])
        {
            int size = 0;
            _ = GetExtendedUdpTable(null, ref size, false, family, UdpTableOwnerPid, 0);
            byte[] table = new byte[size + rowSize * 16];
            size = table.Length;
            if (GetExtendedUdpTable(table, ref size, false, family, UdpTableOwnerPid, 0) != 0) continue;
            int rows = Math.Min(BitConverter.ToInt32(table), (table.Length - sizeof(int)) / rowSize);
            for (int i = 0; i < rows; i++)
            {
                ReadOnlySpan<byte> row = table.AsSpan(sizeof(int) + i * rowSize, rowSize);
                if ((row[portOffset] << 8 | row[portOffset + 1]) == port) return BitConverter.ToInt32(row[(portOffset + 4)..]);
            }
        }

        return null;
    }

    private const int UdpTableOwnerPid = 1;

    [DllImport("iphlpapi.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int GetExtendedUdpTable(byte[]? table, ref int size, [MarshalAs(UnmanagedType.Bool)] bool order, int family, int tableClass, int reserved);
}
