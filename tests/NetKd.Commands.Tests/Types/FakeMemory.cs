namespace NetKd.Commands.Tests.Types;

/// <summary>Memory made of pieces, which counts how often it is read.</summary>
internal sealed class FakeMemory
{
    private readonly SortedDictionary<ulong, byte[]> _pieces = [];

    /// <summary>How many reads there were.</summary>
    public int Reads { get; private set; }

    public void Add(ulong address, byte[] bytes) => _pieces[address] = bytes;

    public int Read(ulong address, Span<byte> destination)
    {
        Reads++;
        int done = 0;
        while (done < destination.Length && Find(address + (ulong)done) is { } piece)
        {
            int from = (int)(address + (ulong)done - piece.Start);
            int length = Math.Min(piece.Bytes.Length - from, destination.Length - done);
            piece.Bytes.AsSpan(from, length).CopyTo(destination[done..]);
            done += length;
        }

        return done;
    }

    public bool Write(ulong address, ReadOnlySpan<byte> data)
    {
        if (Find(address) is not { } piece || (int)(address - piece.Start) + data.Length > piece.Bytes.Length) return false;
        data.CopyTo(piece.Bytes.AsSpan((int)(address - piece.Start)));
        return true;
    }

    private (ulong Start, byte[] Bytes)? Find(ulong address)
    {
        foreach ((ulong start, byte[] bytes) in _pieces)
        {
            if (address - start < (ulong)bytes.Length && address >= start) return (start, bytes);
        }

        return null;
    }
}
