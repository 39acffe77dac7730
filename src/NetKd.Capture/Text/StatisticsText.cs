namespace NetKd.Capture.Text;

/// <summary>Statistics as two tables.</summary>
public static class StatisticsText
{
    private const int NameWidth = 52;

    /// <summary>Writes the tables.</summary>
    public static void Write(TextWriter writer, SessionStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(statistics);
        writer.WriteLine($"{statistics.Packets} packets, {statistics.Faulty} with faults, {statistics.Retransmissions} retransmissions, {statistics.Missing} lost or not captured");
        writer.WriteLine();
        writer.WriteLine($"{"kind",-NameWidth} {"to host",9} {"to target",9}");
        foreach (PacketKindCount kind in statistics.Kinds)
        {
            string unknown = kind.Unknown == 0 ? "" : $"   {kind.Unknown} of unknown direction";
            writer.WriteLine($"{kind.Name,-NameWidth} {kind.ToHost,9} {kind.ToTarget,9}{unknown}");
        }

        if (statistics.ReplyTimes.Count == 0) return;
        writer.WriteLine();
        writer.WriteLine($"{"request to reply",-NameWidth} {"replies",9} {"median",9} {"90 %",9}");
        foreach (ReplyTimes times in statistics.ReplyTimes)
            writer.WriteLine($"{times.Name,-NameWidth} {times.Count,9} {TimeText.Duration(times.Median),9} {TimeText.Duration(times.Percentile90),9}");
    }
}
