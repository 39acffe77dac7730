namespace NetKd.BootConfig.Hives;

/// <summary>Bytes that a log says belong at an offset of the bins.</summary>
internal sealed record HiveLogPage(int Offset, byte[] Bytes);
