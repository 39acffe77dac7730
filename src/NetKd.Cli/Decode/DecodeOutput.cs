using NetKd.Capture.Files;
using NetKd.Capture.Sessions;
using NetKd.Capture.Text;

namespace NetKd.Cli.Decode;

/// <summary>Prints what a decoder finds, in the form that the user asked for.</summary>
internal sealed class DecodeOutput(DecodeOptions options, TextWriter writer, bool hasKey)
{
    private readonly SessionStatistics _statistics = new();
    private int _introduced;
    private bool _printed;

    /// <summary>Takes the next packet.</summary>
    public void Add(DecodedPacket packet, long start)
    {
        _statistics.Add(packet);
        if (options.IsStatistics) return;
        if (options.IsJson)
        {
            writer.WriteLine(CaptureJson.Format(packet, start, withBody: options.IsVerbose));
            return;
        }

        // Without a key a line would say no more than that something encrypted passed.
        if (!hasKey && !options.IsVerbose && packet.Channel != PacketChannel.Unencrypted) return;
        if (packet.Conversation.Number > _introduced)
        {
            _introduced = packet.Conversation.Number;
            writer.WriteLine($"T{_introduced} is {PeerText.Format(packet.Conversation.Target)}, its host {PeerText.Format(packet.Conversation.Host)}");
        }

        if (options.IsVerbose) PacketDump.Write(writer, packet, start);
        else writer.WriteLine(PacketLine.Format(packet, start));
        _printed = true;
    }

    /// <summary>Prints what can be told at the end.</summary>
    public void End(SessionDecoder decoder, CaptureDamage? damage)
    {
        if (options.IsJson)
        {
            foreach (Conversation conversation in decoder.Conversations) writer.WriteLine(CaptureJson.Format(conversation));
            if (options.IsStatistics) writer.WriteLine(CaptureJson.Format(_statistics));
            if (damage is not null) writer.WriteLine(CaptureJson.Format(damage));
            return;
        }

        if (_printed) writer.WriteLine();
        foreach (Conversation conversation in decoder.Conversations) ConversationText.Write(writer, conversation);
        if (!options.IsStatistics || decoder.Conversations.Count == 0) return;
        writer.WriteLine();
        StatisticsText.Write(writer, _statistics);
    }
}
