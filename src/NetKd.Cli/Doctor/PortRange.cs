using System.Globalization;

namespace NetKd.Cli.Doctor;

/// <summary>Port ranges in the notations of firewalls.</summary>
internal static class PortRange
{
    /// <summary>Whether a text such as <c>50000</c>, <c>50000-50039</c> or <c>50000:50039</c> covers a port.</summary>
    public static bool Covers(string text, int port)
    {
        string[] ends = text.Split('-', ':');
        return ends.Length <= 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            && first <= port && port <= last;
    }
}
