using System.Diagnostics;
using System.Net.Sockets;

namespace NetKd.Protocol.Net;

/// <summary>
/// Waits for a datagram that is about to come without going to sleep: in a burst of requests and replies the other side answers within
/// microseconds, and being put to sleep and woken costs more than the answer takes. Turns itself off when answers are slow, so that
/// a wait for a person, a running target or a far network costs no processor time. For one thread. Hosted only.
/// </summary>
public sealed class SpinWindow
{
    // Longer than an answer from this machine or its LAN neighbour takes to appear, shorter than a scheduler's slice by far.
    private static readonly long s_window = Stopwatch.Frequency * 60 / 1_000_000;
    private const int MaxCredit = 4;

    private int _credit;

    /// <summary>True when a datagram is there. False after the window, or at once when answers have been slow: then sleep.</summary>
    public bool Wait(Socket socket)
    {
        if (_credit == 0 || Environment.ProcessorCount == 1) return false;
        long end = Stopwatch.GetTimestamp() + s_window;
        do
        {
            if (socket.Available > 0)
            {
                _credit = MaxCredit;
                return true;
            }

            // On a busy machine the other side may be waiting for this very processor.
            Thread.Yield();
        }
        while (Stopwatch.GetTimestamp() < end);
        _credit--;
        return false;
    }

    /// <summary>Tells how long a sleeping wait took, in <see cref="Stopwatch"/> ticks: a quick answer makes the next waits spin again.</summary>
    public void SleptFor(long ticks)
    {
        if (ticks < s_window * 2) _credit = MaxCredit;
    }
}
