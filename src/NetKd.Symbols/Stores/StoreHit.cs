namespace NetKd.Symbols.Stores;

/// <summary>A file that a store has.</summary>
/// <param name="Path">Where it is now.</param>
/// <param name="Place">Where it comes from, for messages.</param>
/// <param name="IsCompressed">True when it is a cabinet that holds the wanted file.</param>
/// <param name="IsDownload">True when it is a temporary file that whoever takes the hit moves or deletes; false when it belongs to a store.</param>
internal sealed record StoreHit(string Path, string Place, bool IsCompressed, bool IsDownload);
