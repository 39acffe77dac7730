namespace NetKd.BootConfig.Hives;

/// <summary>One transaction of a log in the new format. Its pages lie inside of <see cref="BinsSize"/>.</summary>
internal sealed record HiveLogEntry(uint Sequence, int BinsSize, IReadOnlyList<HiveLogPage> Pages);
