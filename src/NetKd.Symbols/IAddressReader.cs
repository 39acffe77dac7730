namespace NetKd.Symbols;

/// <summary>Memory by address: a target's, or a file's as it would be mapped.</summary>
public interface IAddressReader
{
    /// <summary>Reads from an address. Returns how many bytes from the start could be read; fewer than asked is no error.</summary>
    int Read(ulong address, Span<byte> destination);
}

/// <summary>Memory that is searched where it is, rather than read and searched here.</summary>
public interface ISearchableMemory : IAddressReader
{
    /// <summary>The first occurrence of a pattern in a range, or null; what cannot be read is passed over.</summary>
    ulong? Search(ulong address, ulong length, ReadOnlySpan<byte> pattern);
}
