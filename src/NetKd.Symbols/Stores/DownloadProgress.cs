namespace NetKd.Symbols.Stores;

/// <summary>How far a download is.</summary>
/// <param name="FileName">The wanted file's name.</param>
/// <param name="Place">The address it comes from, without credentials.</param>
/// <param name="Bytes">Bytes that are there, those of an earlier start included.</param>
/// <param name="Total">Bytes of the whole file; null when the server does not say.</param>
/// <param name="BytesPerSecond">The rate since this download began.</param>
public sealed record DownloadProgress(string FileName, string Place, long Bytes, long? Total, double BytesPerSecond);
