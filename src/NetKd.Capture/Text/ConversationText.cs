namespace NetKd.Capture.Text;

/// <summary>Who debugs whom, in a few lines: what can be told without a key.</summary>
public static class ConversationText
{
    /// <summary>Writes the lines.</summary>
    public static void Write(TextWriter writer, Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(conversation);
        string mode = conversation.IsUnencrypted ? "not encrypted" : $"KDNET version {conversation.Version}";
        string roles = conversation.IsHostKnown ? "" : " (or the other way round: no poke shows which is the host)";
        writer.WriteLine($"T{conversation.Number}: target {PeerText.Format(conversation.Target)}, host {PeerText.Format(conversation.Host)}{roles}, {mode}");
        List<string> counts = [];
        if (conversation.HostPokes > 0) counts.Add($"{Count(conversation.HostPokes, "request")} of the host to be poked");
        if (conversation.Pokes > 0)
            counts.Add(Count(conversation.Pokes, "poke") + (conversation.PokeInterval is { } interval ? $" (every {TimeText.Duration(interval)})" : ""));
        if (!conversation.IsUnencrypted) counts.Add(conversation.Responses == 0 ? "no response" : Count(conversation.Responses, "response"));
        counts.Add($"data {conversation.DataToHost} to the host, {conversation.DataToTarget} to the target");
        if (conversation.DataUnknown > 0) counts.Add($"{conversation.DataUnknown} of unknown direction");
        if (conversation.Authentic > 0) counts.Add($"{conversation.Authentic} authentic");
        if (conversation.Faulty > 0) counts.Add($"{conversation.Faulty} with faults");
        writer.WriteLine("    " + string.Join(", ", counts));
    }

    private static string Count(long number, string word) => number == 1 ? $"1 {word}" : $"{number} {word}s";
}
