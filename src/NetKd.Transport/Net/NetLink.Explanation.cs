using System.Diagnostics;

namespace NetKd.Transport.Net;

/// <summary>Why nobody has connected, told once by itself after a while and whenever it is asked for.</summary>
public sealed partial class NetLink
{
    private static readonly long s_patience = Stopwatch.Frequency * 10;

    private readonly NetSightings _sightings = new();
    private readonly long _openedAt;
    private bool _toldOfSilence;

    /// <summary>Who was seen on the port so far.</summary>
    public NetSightings Sightings => _sightings;

    /// <inheritdoc/>
    public override string WhyNotConnected => IsConnected ? "" : Explain();

    /// <summary>Says once that nobody has connected. Returns when to look again.</summary>
    private long TellOfSilence(long now)
    {
        if (_toldOfSilence || IsConnected) return long.MaxValue;
        if (now < _openedAt + s_patience) return _openedAt + s_patience;
        _toldOfSilence = true;
        Tell(LinkNoticeKind.Warning, $"No target for {s_patience / Stopwatch.Frequency} s: {Explain()}");
        return long.MaxValue;
    }

    private string Explain()
    {
        if (_sightings.All is [var most, ..]) return ExplainSighting(most);
        if (_targets is { IsUnresolved: true }) return $"the name {_options.Target} has no address: give the target's address, or enter the name into DNS or the hosts file";
        string family = _port.Families switch
        {
            AddressFamilies.IPv4 => " on IPv4, and IPv6 is not listened to: a target whose hostipv6 is set talks IPv6 only",
            AddressFamilies.IPv6 => " on IPv6, and IPv4 is not listened to: a target whose hostip is set talks IPv4 only",
            _ => " on IPv4 and IPv6",
        };
        return _targets is not null
            ? $"no answer from target={_options.Target} UDP port {_options.Port}{family}; it is off, a firewall is between, or its port or key differ"
            : $"no poke seen on UDP port {_options.Port}{family}; the target is off, a firewall is between, or its hostip or port differ";
    }

    private string ExplainSighting(NetSighting seen) => seen.Fault switch
    {
        DatagramFault.None => $"the target at {seen.From} pokes and was answered, but does not take the answers: a firewall on the way lets its datagrams through and ours not, or it talks to another debugger",
        DatagramFault.Authentication => $"datagrams from {seen.From} fail authentication: its key differs from ours, or it is another target on the same port; compare with \"bcdedit /dbgsettings\" there",
        DatagramFault.Version => $"{seen.From} speaks KDNET version {seen.Version}, this debugger {DatagramCodec.MinVersion} to {DatagramCodec.MaxVersion}",
        DatagramFault.Direction => $"{seen.From} is another debugger, not a target: the hostip of the target, or target= there, leads here by mistake",
        _ => $"what {seen.From} sends to UDP port {_port.LocalPort} is not KDNET: another program uses this port",
    };
}
