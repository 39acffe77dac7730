namespace NetKd.Engine.Breakpoints;

/// <summary>How a breakpoint works.</summary>
public enum BreakpointKind
{
    /// <summary>An instruction that the target puts into memory.</summary>
    Code,
    /// <summary>A debug register of the processor.</summary>
    Data,
}

/// <summary>The access that a data breakpoint waits for, by the encoding of DR7 (Intel SDM volume 3, "Debug Control Register (DR7)").</summary>
public enum DataAccess
{
    /// <summary>Execution.</summary>
    Execute = 0,
    /// <summary>Writes.</summary>
    Write = 1,
    /// <summary>I/O; with CR4.DE set.</summary>
    Io = 2,
    /// <summary>Reads and writes.</summary>
    ReadWrite = 3,
}

/// <summary>A breakpoint. Changes take effect when the target runs on.</summary>
public sealed class Breakpoint
{
    internal Breakpoint(int id, BreakpointKind kind, ulong address, int size, DataAccess access)
    {
        Id = id;
        Kind = kind;
        Address = address;
        Size = size;
        Access = access;
    }

    /// <summary>Its number.</summary>
    public int Id { get; internal set; }

    /// <summary>How it works.</summary>
    public BreakpointKind Kind { get; }

    /// <summary>Where it stands; 0 while <see cref="IsResolved"/> is false.</summary>
    public ulong Address { get; internal set; }

    /// <summary>
    /// The place by name, for a breakpoint that follows its name: it waits while no module has it, goes in when one comes that does, and
    /// waits again when that goes. Null for one at a fixed address.
    /// </summary>
    public CodeLocation? Location { get; internal init; }

    /// <summary>False while the place that <see cref="Location"/> names is not known.</summary>
    public bool IsResolved { get; internal set; } = true;

    /// <summary>Data breakpoints: bytes watched.</summary>
    public int Size { get; }

    /// <summary>Data breakpoints: the access waited for.</summary>
    public DataAccess Access { get; }

    /// <summary>False keeps it without effect.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>The hit at which it stops, 1 for the first.</summary>
    public uint PassCount
    {
        get => _passCount;
        set
        {
            _passCount = Math.Max(1, value);
            CurrentPassCount = _passCount;
        }
    }

    /// <summary>Hits still to pass, the stopping one included.</summary>
    public uint CurrentPassCount { get; internal set; } = 1;

    /// <summary>True for one that goes away when it is hit.</summary>
    public bool IsOneShot { get; set; }

    /// <summary>Commands for the command language to run at a hit.</summary>
    public string? Command { get; set; }

    /// <summary>Hits so far.</summary>
    public long HitCount { get; internal set; }

    /// <summary>The target's handle while the breakpoint instruction is in memory, else 0.</summary>
    internal uint Handle { get; set; }

    private uint _passCount = 1;
}
