using System.Buffers.Binary;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Debugger;

namespace NetKd.TargetOs.Net;

/// <summary>
/// An address of 169.254/16 that the interface gives itself (RFC 3927): probed three times, announced twice, defended once in ten
/// seconds. Driven by polls; never waits. Windows calls this APIPA.
/// </summary>
internal sealed class LinkLocalAddress
{
    public const uint Network = 0xA9FE_0000;
    public const uint Mask = 0xFFFF_0000;

    // RFC 3927, chapter 9, in microseconds.
    private const long ProbeWait = 1_000_000;
    private const long ProbeLeast = 1_000_000;
    private const long AnnounceWait = 2_000_000;
    private const long AnnounceInterval = 2_000_000;
    private const long DefendInterval = 10_000_000;
    private const long RateLimitInterval = 60_000_000;
    private const int Probes = 3;
    private const int Announcements = 2;
    private const int MaxConflicts = 10;

    // 169.254.1.0 to 169.254.254.255: the rest is reserved (RFC 3927, 2.1).
    private const uint FirstHost = 0x0100;
    private const uint Hosts = 0xFE00;

    private readonly NetworkInterface _network;
    private State _state;
    private ulong _random;
    private uint _candidate;
    private int _sent;
    private int _conflicts;
    private long _next;
    private long _defended = -DefendInterval;

    /// <summary>Makes a claim of nothing. The hardware address chooses, so that a machine tends to get the same address each time.</summary>
    public LinkLocalAddress(NetworkInterface network)
    {
        _network = network;
        ReadOnlySpan<byte> hardware = network.HardwareAddress;
        _random = ((ulong)BinaryPrimitives.ReadUInt32BigEndian(hardware) << 16) | BinaryPrimitives.ReadUInt16BigEndian(hardware.Slice(4)) | (1ul << 48);
    }

    private enum State
    {
        Idle,
        Probing,
        Holding,
    }

    /// <summary>True for 169.254/16.</summary>
    public static bool Is(uint address) => (address & Mask) == Network;

    /// <summary>Starts the claim, or sends what is due in it.</summary>
    public void Advance()
    {
        long now = Clock.Microseconds;
        if (_state == State.Idle)
        {
            Choose(now);
            return;
        }

        if (now < _next) return;
        if (_state == State.Holding)
        {
            if (_sent < Announcements) Announce(now);
        }
        else if (_sent < Probes)
        {
            _sent++;
            _network.SendArp(ArpPacket.Request, 0, _candidate, default);
            _next = now + (_sent < Probes ? ProbeLeast + Random(ProbeLeast) : AnnounceWait);
        }
        else
        {
            Hold(now);
        }
    }

    /// <summary>Gives the address up: another way has found one, which is in place.</summary>
    public void Stop() => _state = State.Idle;

    /// <summary>Sees all ARP packets: somebody may have, or want, the same address.</summary>
    public void Take(in ArpPacket packet)
    {
        if (_state == State.Idle || packet.SenderHardware.SequenceEqual(_network.HardwareAddress)) return;
        bool has = packet.SenderAddress == _candidate;
        long now = Clock.Microseconds;
        if (_state == State.Probing)
        {
            bool wants = packet.SenderAddress == 0 && packet.TargetAddress == _candidate && packet.Operation == ArpPacket.Request;
            if (has || wants) Conflict(now);
        }
        else if (has && now - _defended >= DefendInterval)
        {
            _defended = now;
            _network.SendArp(ArpPacket.Request, _candidate, _candidate, default);
        }
        else if (has)
        {
            _network.Address = 0;
            Conflict(now);
        }
    }

    private void Choose(long now)
    {
        _candidate = Network + FirstHost + (uint)Random(Hosts);
        _state = State.Probing;
        _sent = 0;
        _next = now + Random(ProbeWait);
    }

    private void Conflict(long now)
    {
        Log.Begin("address "u8);
        Log.IPv4(_candidate);
        Log.Write(" is another machine's"u8);
        Log.End();
        _conflicts++;
        Choose(now);
        if (_conflicts > MaxConflicts) _next = now + RateLimitInterval;
    }

    private void Hold(long now)
    {
        _network.Address = _candidate;
        _network.SubnetMask = Mask;
        _network.Router = 0;
        _state = State.Holding;
        _sent = 0;
        Log.Begin("address "u8);
        Log.IPv4(_candidate);
        Log.Write(" mask 255.255.0.0, link-local without DHCP"u8);
        Log.End();
        Announce(now);
    }

    private void Announce(long now)
    {
        _sent++;
        _next = now + AnnounceInterval;
        _network.SendArp(ArpPacket.Request, _candidate, _candidate, default);
    }

    /// <summary>A number below a limit: xorshift (Marsaglia 2003) is even enough to spread machines.</summary>
    private long Random(long below)
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (long)(_random % (ulong)below);
    }
}
