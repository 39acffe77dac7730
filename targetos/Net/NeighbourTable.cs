namespace NetKd.TargetOs.Net;

/// <summary>
/// Which hardware addresses belong to the few neighbours that a debugging target talks to (RFC 826, RFC 4861). IPv4 addresses are in
/// their mapped form; ports do not count.
/// </summary>
internal sealed class NeighbourTable
{
    private const int Capacity = 8;

    // A neighbour may get another adapter; asking again twice a minute finds out, and the old answer serves meanwhile.
    private const long RefreshMicroseconds = 30_000_000;

    private readonly PeerAddress[] _addresses = new PeerAddress[Capacity];
    private readonly byte[] _hardware = new byte[Capacity * Ethernet.AddressSize];
    private readonly long[] _learned = new long[Capacity];
    private int _used;
    private int _nextVictim;

    /// <summary>Notes a neighbour: always when it is known already, else only when it asked or was asked.</summary>
    public void Learn(in PeerAddress address, ReadOnlySpan<byte> hardware, bool addNew, long now)
    {
        int slot = Find(address);
        if (slot < 0)
        {
            if (!addNew) return;
            slot = _nextVictim;
            _nextVictim = (_nextVictim + 1) % Capacity;
            if (_used < Capacity) _used++;
        }

        _addresses[slot] = address;
        _learned[slot] = now;
        hardware.CopyTo(Hardware(slot));
    }

    /// <summary>Finds a neighbour. <paramref name="stale"/> asks for a new request, whether it was found or not.</summary>
    public bool TryFind(in PeerAddress address, long now, out ReadOnlySpan<byte> hardware, out bool stale)
    {
        int slot = Find(address);
        hardware = slot < 0 ? default : Hardware(slot);
        stale = slot < 0 || now - _learned[slot] > RefreshMicroseconds;
        return slot >= 0;
    }

    private int Find(in PeerAddress address)
    {
        for (int i = 0; i < _used; i++)
        {
            if (_addresses[i].SameHost(address)) return i;
        }

        return -1;
    }

    private Span<byte> Hardware(int slot) => ((Span<byte>)_hardware).Slice(slot * Ethernet.AddressSize, Ethernet.AddressSize);
}
