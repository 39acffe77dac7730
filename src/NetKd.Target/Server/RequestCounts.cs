namespace NetKd.Target.Server;

/// <summary>How often a debugger made each call: what a command costs, for tests to assert.</summary>
public sealed class RequestCounts
{
    private const uint First = 0x3130;
    private const int Range = 0x40;

    private readonly uint[] _counts = new uint[Range];

    /// <summary>All calls together.</summary>
    public uint Total { get; private set; }

    /// <summary>Calls with an unknown number.</summary>
    public uint Unknown { get; private set; }

    /// <summary>Calls of one kind.</summary>
    public uint Of(ManipulateApi api)
    {
        uint index = (uint)api - First;
        return index < Range ? _counts[(int)index] : 0;
    }

    /// <summary>Counts a call.</summary>
    public void Add(ManipulateApi api)
    {
        Total++;
        uint index = unchecked((uint)api - First);
        if (index < Range) _counts[(int)index]++;
        else Unknown++;
    }
}
