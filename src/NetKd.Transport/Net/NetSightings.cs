using System.Net;

namespace NetKd.Transport.Net;

/// <summary>Datagrams of one kind from one address, seen on the debugger's port.</summary>
/// <param name="From">The sender.</param>
/// <param name="Fault">What was wrong with them; <see cref="DatagramFault.None"/> for good pokes.</param>
/// <param name="Version">KDNET version of the last one; 0 when it has none.</param>
/// <param name="Count">How many came.</param>
public sealed record NetSighting(IPAddress From, DatagramFault Fault, byte Version, long Count);

/// <summary>
/// Who was seen on the port, and what was wrong with what they sent: the material for explaining why no target connects. Bounded: what
/// comes from more senders than that is a flood, of which the first few tell enough. May be read from any thread.
/// </summary>
public sealed class NetSightings
{
    private const int MaxEntries = 64;

    private readonly Dictionary<(IPAddress From, DatagramFault Fault), NetSighting> _entries = [];

    /// <summary>What was seen so far, the most frequent first.</summary>
    public IReadOnlyList<NetSighting> All
    {
        get
        {
            lock (_entries) return [.. _entries.Values.OrderByDescending(s => s.Count)];
        }
    }

    internal void Add(SocketAddress from, DatagramFault fault, byte version)
    {
        IPAddress address = SocketAddresses.EndPoint(from).Address;
        lock (_entries)
        {
            if (_entries.TryGetValue((address, fault), out NetSighting? known)) _entries[(address, fault)] = known with { Count = known.Count + 1, Version = version };
            else if (_entries.Count < MaxEntries) _entries[(address, fault)] = new NetSighting(address, fault, version, 1);
        }
    }
}
