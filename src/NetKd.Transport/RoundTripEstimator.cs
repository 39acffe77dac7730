using System.Diagnostics;

namespace NetKd.Transport;

/// <summary>
/// When to send again: smoothed round-trip time plus four times its variation (RFC 6298, section 2), in <see cref="Stopwatch"/> ticks.
/// </summary>
public sealed class RoundTripEstimator
{
    // RFC 6298 asks for a second as the floor, made for long paths; a debugger talks over a LAN and its user waits. Below this a
    // busy host's scheduling looks like loss.
    private static readonly long s_floor = Stopwatch.Frequency * 30 / 1000;
    private static readonly long s_initial = Stopwatch.Frequency * 250 / 1000;
    private static readonly long s_ceiling = Stopwatch.Frequency * 2;

    private long _smoothed;
    private long _variation;
    private bool _hasSample;

    /// <summary>Ticks to wait for an acknowledgement.</summary>
    public long Timeout { get; private set; } = s_initial;

    /// <summary>The smoothed round-trip time.</summary>
    public TimeSpan Smoothed => Stopwatch.GetElapsedTime(0, _smoothed);

    /// <summary>Takes the time of a packet that was sent just once (Karn's rule: a repeated one tells nothing).</summary>
    public void Add(long ticks)
    {
        if (_hasSample)
        {
            long difference = Math.Abs(_smoothed - ticks);
            _variation += (difference - _variation) / 4;
            _smoothed += (ticks - _smoothed) / 8;
        }
        else
        {
            _smoothed = ticks;
            _variation = ticks / 2;
            _hasSample = true;
        }

        Timeout = Math.Clamp(_smoothed + 4 * _variation, s_floor, s_ceiling);
    }

    /// <summary>The wait after a number of repetitions: it doubles, within the ceiling.</summary>
    public long TimeoutAfter(int repetitions) => Math.Min(Timeout << Math.Min(repetitions, 6), s_ceiling);
}
