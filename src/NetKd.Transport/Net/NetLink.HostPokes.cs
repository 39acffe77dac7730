using System.Diagnostics;
using System.Net;

namespace NetKd.Transport.Net;

/// <summary>
/// <c>target=ADDRESS</c>: the debugger asks the target to poke it, about twice a second, until it has connected
/// (facts: kdnet-wire, section 6; kernel-debugging-docs, A.4). A target that talks to another debugger leaves that one.
/// </summary>
public sealed partial class NetLink
{
    private static readonly long s_hostPokeInterval = Stopwatch.Frequency * HostPoke.IntervalMilliseconds / 1000;

    // A connected target pokes every three seconds. One without a configured host that has restarted stays silent until it is asked.
    private static readonly long s_silenceBeforePokes = Stopwatch.Frequency * 10;

    private readonly TargetAddresses? _targets;
    private long _nextHostPoke;

    /// <summary>Sends the pokes that are due. Returns when to look again.</summary>
    private long PokeTargets(long now)
    {
        if (_targets is null || IsUnencrypted) return long.MaxValue;
        if (IsConnected && now < _heardAt + s_silenceBeforePokes) return _heardAt + s_silenceBeforePokes;
        if (now < _nextHostPoke) return _nextHostPoke;
        _nextHostPoke = now + s_hostPokeInterval;
        foreach (SocketAddress target in _targets.Current(now)) SendHostPoke(target);
        return _nextHostPoke;
    }

    private void SendHostPoke(SocketAddress target)
    {
        lock (_sendLock)
        {
            int length = HostPoke.Seal(_controlCipher, _sealed);
            SendDatagram(_sealed.AsSpan(0, length), target);
        }
    }
}
