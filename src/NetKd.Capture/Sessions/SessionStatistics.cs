using NetKd.Capture.Text;

namespace NetKd.Capture.Sessions;

/// <summary>Counts over the packets of a capture: kinds, retransmissions, times from request to reply. For one thread.</summary>
public sealed class SessionStatistics
{
    // More kinds than there are; a forged capture in the mode without a key could make up any number.
    private const int MaxKinds = 256;
    private const string OtherKinds = "other";

    // Times kept of each call; later ones are counted only.
    private const int MaxSamples = 1_000_000;

    private readonly Dictionary<string, PacketKindCount> _kinds = [];
    private readonly SortedDictionary<string, List<long>> _samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _replies = [];

    /// <summary>Packets.</summary>
    public long Packets { get; private set; }

    /// <summary>Packets with something wrong.</summary>
    public long Faulty { get; private set; }

    /// <summary>KD packets that their sender had sent before: same id, same contents.</summary>
    public long Retransmissions { get; private set; }

    /// <summary>Sequence numbers of data channels that are missing: datagrams that were lost, or that the capture missed.</summary>
    public ulong Missing { get; private set; }

    /// <summary>Counts by kind, the most frequent first.</summary>
    public IReadOnlyList<PacketKindCount> Kinds =>
        [.. _kinds.Values.OrderByDescending(kind => kind.ToHost + kind.ToTarget + kind.Unknown).ThenBy(kind => kind.Name, StringComparer.Ordinal)];

    /// <summary>Reply times by call.</summary>
    public IReadOnlyList<ReplyTimes> ReplyTimes =>
        [.. _samples.Select(call => new ReplyTimes(call.Key, _replies[call.Key], Percentile(call.Value, 50), Percentile(call.Value, 90)))];

    /// <summary>Counts a packet.</summary>
    public void Add(DecodedPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        Packets++;
        if (packet.Faults.Count > 0) Faulty++;
        if (packet.IsRepeat) Retransmissions++;
        Missing = unchecked(Missing + packet.MissingBefore);
        string name = KindOf(packet);
        if (!_kinds.ContainsKey(name) && _kinds.Count >= MaxKinds) name = OtherKinds;
        PacketKindCount count = _kinds.GetValueOrDefault(name, new PacketKindCount(name, 0, 0, 0));
        _kinds[name] = packet.Direction switch
        {
            PacketDirection.ToHost => count with { ToHost = count.ToHost + 1 },
            PacketDirection.ToTarget => count with { ToTarget = count.ToTarget + 1 },
            _ => count with { Unknown = count.Unknown + 1 },
        };
        if (packet.ReplyTime is { } time && packet.Api is not null && name != OtherKinds) AddReply(CallName(packet.Api.Value), time);
    }

    /// <summary>The value that a percentage of the values does not exceed, by nearest rank. There must be one.</summary>
    internal static long Percentile(List<long> values, int percent)
    {
        List<long> sorted = [.. values];
        sorted.Sort();
        return sorted[Math.Max(0, (sorted.Count * percent + 99) / 100 - 1)];
    }

    private void AddReply(string call, long time)
    {
        if (!_samples.TryGetValue(call, out List<long>? samples)) _samples[call] = samples = [];
        if (samples.Count < MaxSamples) samples.Add(time);
        _replies[call] = _replies.GetValueOrDefault(call) + 1;
    }

    private static string KindOf(DecodedPacket packet)
    {
        if (packet.Header is not { } header) return $"{packet.Content}";
        return packet.Api is { } api ? $"{header.Type} {CallName(api)}" : PacketLine.TypeName(header.Type);
    }

    private static string CallName(ManipulateApi api) => Enum.IsDefined(api) ? $"{api}" : $"{(uint)api:x}";
}
