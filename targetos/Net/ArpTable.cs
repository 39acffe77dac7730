namespace NetKd.TargetOs.Net;

/// <summary>Which hardware addresses belong to IPv4 addresses (RFC 826): the few neighbours that a debugging target talks to.</summary>
internal sealed class ArpTable
{
    private const int Capacity = 8;

    // A neighbour may get another adapter; asking again twice a minute finds out, and the old answer serves meanwhile.
    private const long RefreshMicroseconds = 30_000_000;

    private readonly uint[] _addresses = new uint[Capacity];
    private readonly byte[] _hardware = new byte[Capacity * Ethernet.AddressSize];
    private readonly long[] _learned = new long[Capacity];
    private int _nextVictim;

    /// <summary>Notes a neighbour: always when it is known already, else only when it asked or was asked.</summary>
    public void Learn(uint address, ReadOnlySpan<byte> hardware, bool addNew, long now)
    {
        int slot = Find(address);
        if (slot < 0)
        {
            if (!addNew) return;
            slot = _nextVictim;
            _nextVictim = (_nextVictim + 1) % Capacity;
        }

        _addresses[slot] = address;
        _learned[slot] = now;
        hardware.CopyTo(Hardware(slot));
    }

    /// <summary>Finds a neighbour. <paramref name="stale"/> asks for a new request, whether it was found or not.</summary>
    public bool TryFind(uint address, long now, out ReadOnlySpan<byte> hardware, out bool stale)
    {
        int slot = Find(address);
        hardware = slot < 0 ? default : Hardware(slot);
        stale = slot < 0 || now - _learned[slot] > RefreshMicroseconds;
        return slot >= 0;
    }

    private int Find(uint address)
    {
        for (int i = 0; i < Capacity; i++)
        {
            if (_addresses[i] == address && address != 0) return i;
        }

        return -1;
    }

    private Span<byte> Hardware(int slot) => ((Span<byte>)_hardware).Slice(slot * Ethernet.AddressSize, Ethernet.AddressSize);
}
