namespace NetKd.BootConfig.Tests.Hives;

/// <summary>Names as registries compare them: by UTF-16 units in upper case. Written apart from the code under test.</summary>
internal sealed class HiveNameComparer : IComparer<string>, IEqualityComparer<string>
{
    public static HiveNameComparer Instance { get; } = new();

    public int Compare(string? x, string? y) => string.CompareOrdinal(x!.ToUpperInvariant(), y!.ToUpperInvariant());

    public bool Equals(string? x, string? y) => Compare(x, y) == 0;

    public int GetHashCode(string obj) => obj.ToUpperInvariant().GetHashCode(StringComparison.Ordinal);
}
