using System.Diagnostics;

namespace NetKd.Commands.Memory;

/// <summary>How far a transfer is, a few times a second.</summary>
internal sealed class TransferProgress(ICommandOutput output, ulong total)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _shown;

    public void Report(ulong done)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        if (elapsed - _shown < s_interval) return;
        _shown = elapsed;
        double rate = done / Math.Max(elapsed.TotalSeconds, 0.001);
        TimeSpan left = TimeSpan.FromSeconds((total - done) / Math.Max(rate, 1));
        output.ShowProgress($"{100.0 * done / total:f0}% of {Size(total)}, {Size((ulong)rate)}/s, {left:hh\\:mm\\:ss} left");
    }

    private static string Size(ulong bytes) => bytes switch
    {
        >= 1 << 30 => $"{bytes / (double)(1 << 30):f1} GiB",
        >= 1 << 20 => $"{bytes / (double)(1 << 20):f1} MiB",
        >= 1 << 10 => $"{bytes / (double)(1 << 10):f1} KiB",
        _ => $"{bytes} bytes",
    };
}
