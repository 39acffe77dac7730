namespace NetKd.Symbols.Stores.Cabinet;

/// <summary>Turns a cabinet folder's blocks into the bytes that were packed.</summary>
internal abstract class CabinetDecoder
{
    /// <summary>The next bytes: as many as asked, which is <see cref="CabinetBlocks.MaxUnpacked"/> but for the last, or what one block holds. Valid until the next call.</summary>
    /// <exception cref="CabinetFormatException">The data is damaged or at its end.</exception>
    public abstract ReadOnlySpan<byte> Next(int length);
}
