namespace NetKd.Symbols.Images;

/// <summary>What is read at addresses from 0, such as an <see cref="ImageFile"/>, read at the addresses where it is loaded.</summary>
/// <param name="source">Reads from address 0.</param>
/// <param name="start">Where that is in memory.</param>
public sealed class RebasedReader(IAddressReader source, ulong start) : IAddressReader
{
    /// <inheritdoc/>
    public int Read(ulong address, Span<byte> destination) => address < start ? 0 : source.Read(address - start, destination);
}
