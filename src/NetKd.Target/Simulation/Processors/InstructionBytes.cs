using Iced.Intel;

namespace NetKd.Target.Simulation;

/// <summary>Feeds the decoder from virtual memory, up to the longest instruction or the first page that holds no code.</summary>
internal sealed class InstructionBytes : CodeReader
{
    private const int LongestInstruction = 15;

    private readonly byte[] _bytes = new byte[LongestInstruction];
    private ulong _address;
    private int _length;
    private int _next;

    /// <summary>True when the decoder asked for a byte that could not be fetched.</summary>
    public bool RanDry { get; private set; }

    /// <summary>Address of that byte.</summary>
    public ulong DryAddress => unchecked(_address + (ulong)_length);

    /// <summary>Takes the bytes at an address.</summary>
    public void Load(PhysicalMemory memory, ulong root, ulong address)
    {
        _address = address;
        _next = 0;
        _length = 0;
        RanDry = false;
        while (_length < LongestInstruction)
        {
            ulong at = unchecked(address + (ulong)_length);
            if (!PageTables.TryTranslate(memory, root, at, out ulong physical, out ulong entry) || (entry & PageTables.NoExecute) != 0) return;
            int rest = PhysicalMemory.PageSize - (int)(at % PhysicalMemory.PageSize);
            int length = Math.Min(rest, LongestInstruction - _length);
            int done = memory.Read(physical, _bytes.AsSpan(_length, length));
            _length += done;
            if (done != length) return;
        }
    }

    /// <inheritdoc/>
    public override int ReadByte()
    {
        if (_next < _length) return _bytes[_next++];
        RanDry = _length < LongestInstruction;
        return -1;
    }
}
