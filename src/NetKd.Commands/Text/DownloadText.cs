using NetKd.Symbols.Stores;

namespace NetKd.Commands.Text;

/// <summary>How far a download is, in one line.</summary>
internal static class DownloadText
{
    public static string Line(DownloadProgress progress)
    {
        const double Megabyte = 1 << 20;
        string share = progress.Total is > 0 ? $"{100.0 * progress.Bytes / progress.Total.Value:f0}% of {progress.Total.Value / Megabyte:f1} MiB" : $"{progress.Bytes / Megabyte:f1} MiB";
        return StringText.WithoutControls($"{progress.FileName}: {share}, {progress.BytesPerSecond / Megabyte:f1} MiB/s (CTRL+C goes on without)");
    }
}
