namespace NetKd.Symbols;

/// <summary>Memory by address: a target's, or a file's as it would be mapped.</summary>
public interface IAddressReader
{
    /// <summary>Reads from an address. Returns how many bytes from the start could be read; fewer than asked is no error.</summary>
    int Read(ulong address, Span<byte> destination);
}
