namespace NetKd.Benchmarks;

/// <summary>What a list of measurements says: these machines are noisy, so no averages.</summary>
internal static class Median
{
    public static double Of(IReadOnlyCollection<double> values) => Quantile(values, 0.5);

    public static double Quantile(IReadOnlyCollection<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)];
    }
}
