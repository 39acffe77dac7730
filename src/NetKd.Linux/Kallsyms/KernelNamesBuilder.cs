namespace NetKd.Linux.Kallsyms;

/// <summary>Collects names for <see cref="KernelNames"/>.</summary>
public sealed class KernelNamesBuilder
{
    // Of the largest kernels known a tenth: more is no list of names.
    private const int MaxText = 256 << 20;

    private readonly List<int> _starts = [];
    private readonly List<ulong> _addresses = [];
    private readonly List<byte> _types = [];
    private byte[] _text = new byte[4096];
    private int _end = 1;

    /// <summary>How many were added.</summary>
    public int Count => _starts.Count;

    /// <summary>Adds a name. Empty ones, and those that hold a NUL, are left out.</summary>
    public void Add(ulong address, byte type, ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Contains((byte)0) || _end > MaxText) return;
        if (_text.Length - _end <= name.Length) Array.Resize(ref _text, Math.Max(2 * _text.Length, _end + name.Length + 1));
        name.CopyTo(_text.AsSpan(_end));
        _starts.Add(_end);
        _addresses.Add(address);
        _types.Add(type);
        _end += name.Length + 1;
    }

    /// <summary>Makes the list of what was added.</summary>
    public KernelNames Build() => new(_text[.._end], [.. _starts], [.. _addresses], [.. _types]);
}
