using System.IO.Enumeration;
using System.Text;

namespace NetKd.Linux.Kallsyms;

/// <summary>One name of a kernel.</summary>
/// <param name="Name">As the kernel's build has it.</param>
/// <param name="Address">Where it is; of a variable that each processor has, its offset in the processor's area.</param>
/// <param name="Type">The letter that nm gives it: T text, D data, B zeroed data, R constants, A absolute; small for names of one source file.</param>
public readonly record struct KernelName(string Name, ulong Address, char Type);

/// <summary>
/// Names of a kernel or of one of its modules with their addresses. Names stay the bytes that they are, one behind the other: searching two megabytes
/// for a name costs less than an index of a hundred thousand would. Immutable, for any thread.
/// </summary>
public sealed class KernelNames
{
    private const int MaxName = 512;

    // Each name between two NULs.
    private readonly byte[] _text;
    private readonly int[] _starts;
    private readonly ulong[] _addresses;
    private readonly byte[] _types;

    // Sorted by address; of one place, names of the whole kernel first.
    private readonly int[] _order;
    private readonly ulong[] _sorted;

    internal KernelNames(byte[] text, int[] starts, ulong[] addresses, byte[] types)
    {
        _text = text;
        _starts = starts;
        _addresses = addresses;
        _types = types;
        _order = new int[starts.Length];
        for (int i = 0; i < _order.Length; i++) _order[i] = i;
        _sorted = [.. addresses];
        Array.Sort(_sorted, _order);
        PutGlobalNamesFirst();
    }

    /// <summary>How many there are.</summary>
    public int Count => _starts.Length;

    /// <summary>The name of a rank in the order of addresses.</summary>
    public KernelName this[int rank] => At(_order[rank]);

    /// <summary>Rank of the first name whose address is not below one; <see cref="Count"/> when all are.</summary>
    public int RankOf(ulong address)
    {
        int low = 0, high = _sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_sorted[middle] < address) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Rank of the first name of the place at or before an address; -1 where none is.</summary>
    public int RankAtOrBefore(ulong address)
    {
        int behind = address == ulong.MaxValue ? Count : RankOf(address + 1);
        return behind == 0 ? -1 : RankOf(_sorted[behind - 1]);
    }

    /// <summary>All of exactly a name, in the order of the kernel's list.</summary>
    public IReadOnlyList<KernelName> Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        List<KernelName> found = [];
        if (name.Length is 0 or > MaxName || !Ascii.IsValid(name) || name.Contains('\0', StringComparison.Ordinal)) return found;
        byte[] wanted = Encoding.ASCII.GetBytes($"\0{name}\0");
        int from = 0;
        while (_text.AsSpan(from).IndexOf(wanted) is >= 0 and int at)
        {
            found.Add(At(Array.BinarySearch(_starts, from + at + 1)));
            from += at + 1;
        }

        return found;
    }

    /// <summary>The address of the first of a name; false when there is none.</summary>
    public bool TryFind(string name, out ulong address)
    {
        IReadOnlyList<KernelName> found = Find(name);
        address = found.Count == 0 ? 0 : found[0].Address;
        return found.Count != 0;
    }

    /// <summary>Names that match a pattern with * and ?, letter case not counting, in the order of addresses.</summary>
    public IEnumerable<KernelName> Match(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        char[] name = new char[MaxName];
        foreach (int index in _order)
        {
            int length = Encoding.UTF8.TryGetChars(Bytes(index), name, out int count) ? count : 0;
            if (FileSystemName.MatchesSimpleExpression(pattern, name.AsSpan(0, length))) yield return At(index);
        }
    }

    private KernelName At(int index) => new(Encoding.UTF8.GetString(Bytes(index)), _addresses[index], (char)_types[index]);

    private ReadOnlySpan<byte> Bytes(int index)
    {
        int end = index + 1 < _starts.Length ? _starts[index + 1] : _text.Length;
        return _text.AsSpan(_starts[index], end - 1 - _starts[index]);
    }

    private void PutGlobalNamesFirst()
    {
        for (int start = 0; start < _order.Length;)
        {
            int end = start + 1;
            while (end < _order.Length && _sorted[end] == _sorted[start]) end++;
            if (end - start > 1) _order.AsSpan(start, end - start).Sort((a, b) => (IsLocal(a), a).CompareTo((IsLocal(b), b)));
            start = end;
        }
    }

    private bool IsLocal(int index) => char.IsAsciiLetterLower((char)_types[index]);
}
