using System.Diagnostics;

namespace NetKd.Transport.Net;

/// <summary>
/// Says once, and then seldom, that datagrams are refused, with the likely cause: the engine of the original prints four lines for
/// each (facts: kdnet-wire, section 3), which drowns a console when a second target uses the port.
/// </summary>
internal sealed class RejectionReport
{
    private static readonly long s_quiet = Stopwatch.Frequency * 60;

    private readonly long[] _lastTold = new long[Enum.GetValues<DatagramFault>().Length];

    /// <summary>The line to show for a datagram refused at a time in <see cref="Stopwatch"/> ticks, or null when the user knows already.</summary>
    internal string? Describe(DatagramFault reason, string from, int port, byte version, long now)
    {
        if (!IsDue(reason, now)) return null;
        return reason switch
        {
            DatagramFault.Authentication =>
                $"A datagram from {from} failed authentication: its key differs from ours, or another target uses port {port}. Compare with \"bcdedit /dbgsettings\" on the target.",
            DatagramFault.Version =>
                $"A datagram from {from} speaks KDNET version {version}; this debugger knows {DatagramCodec.MinVersion} to {DatagramCodec.MaxVersion}.",
            DatagramFault.Direction =>
                $"A datagram from {from} comes from another debugger, not from a target: is the target's hostip set to that machine?",
            _ => $"A datagram from {from} on port {port} is not KDNET ({reason}): something else uses this port.",
        };
    }

    /// <summary>True when the user has not been told of such a datagram for a while. Counts as telling.</summary>
    internal bool IsDue(DatagramFault reason, long now)
    {
        ref long last = ref _lastTold[(int)reason];
        if (last != 0 && now - last < s_quiet) return false;
        last = now;
        return true;
    }
}
