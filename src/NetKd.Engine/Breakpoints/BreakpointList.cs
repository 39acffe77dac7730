using System.Collections;

namespace NetKd.Engine.Breakpoints;

/// <summary>The session's breakpoints, by number.</summary>
public sealed class BreakpointList : IEnumerable<Breakpoint>
{
    /// <summary>Software breakpoints that a target's table takes (facts: kernel-debugging-docs, D.2).</summary>
    public const int MaxCode = 32;

    /// <summary>Debug registers of a processor.</summary>
    public const int MaxData = 4;

    private readonly SortedDictionary<int, Breakpoint> _byId = [];
    private readonly DebugClient _client;

    internal BreakpointList(DebugClient client) => _client = client;

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>Adds a software breakpoint under a free number, or under the one given, replacing what had it.</summary>
    /// <exception cref="DebugException">The target's table would overflow, or the target is the local kernel (E_NOTIMPL).</exception>
    public Breakpoint AddCode(ulong address, int? id = null)
    {
        CheckRoom();
        return Add(new Breakpoint(id ?? FreeId(), BreakpointKind.Code, _client.Extend(address), 1, DataAccess.Execute));
    }

    /// <summary>
    /// Adds a software breakpoint that follows its name; <paramref name="address"/> is where the name stands now, null when no module has it.
    /// </summary>
    /// <exception cref="DebugException">The target's table would overflow, or the target is the local kernel (E_NOTIMPL).</exception>
    public Breakpoint AddNamed(CodeLocation location, ulong? address, int? id = null)
    {
        CheckRoom();
        return Add(new Breakpoint(id ?? FreeId(), BreakpointKind.Code, address ?? 0, 1, DataAccess.Execute) { Location = location, IsResolved = address is not null });
    }

    /// <summary>Adds a processor breakpoint. The size is 1, 2, 4 or 8 bytes, the address aligned to it; execution takes 1.</summary>
    /// <exception cref="DebugException">Size or alignment do not fit, or all debug registers are taken.</exception>
    public Breakpoint AddData(ulong address, int size, DataAccess access, int? id = null)
    {
        _client.RequireHaltable("Breakpoints are");
        if (size is not (1 or 2 or 4 or 8) || access == DataAccess.Execute && size != 1)
            throw new DebugException(DebugException.InvalidArgument, "A processor breakpoint watches 1, 2, 4 or 8 bytes; for execution (e) the size is 1.");
        if (address % (ulong)size != 0)
            throw new DebugException(DebugException.InvalidArgument, $"The address of a {size}-byte processor breakpoint must be a multiple of {size}.");
        int data = _byId.Values.Count(b => b.Kind == BreakpointKind.Data), room = _client.RoomFor(access);
        if (data >= MaxData)
            throw new DebugException(DebugException.Failed, $"The processor has {MaxData} breakpoint registers and all are taken; clear one with bc.");
        if (access != DataAccess.Execute && _byId.Values.Count(b => b is { Kind: BreakpointKind.Data, Access: not DataAccess.Execute }) >= room)
            throw new DebugException(DebugException.Failed, $"The processor has {room} watchpoint registers and all are taken; clear one with bc.");
        return Add(new Breakpoint(id ?? FreeId(), BreakpointKind.Data, _client.Extend(address), size, access));
    }

    /// <summary>Removes a breakpoint. False when there is none of this number.</summary>
    public bool Remove(int id) => _byId.Remove(id);

    /// <summary>Finds a breakpoint by number.</summary>
    public Breakpoint? Find(int id) => _byId.GetValueOrDefault(id);

    /// <summary>Removes all.</summary>
    public void Clear() => _byId.Clear();

    /// <inheritdoc/>
    public IEnumerator<Breakpoint> GetEnumerator() => _byId.Values.ToList().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Breakpoint Add(Breakpoint breakpoint)
    {
        _byId[breakpoint.Id] = breakpoint;
        return breakpoint;
    }

    private int FreeId()
    {
        int id = 0;
        while (_byId.ContainsKey(id)) id++;
        return id;
    }

    private void CheckRoom()
    {
        _client.RequireHaltable("Breakpoints are");
        if (_byId.Values.Count(b => b.Kind == BreakpointKind.Code) >= MaxCode)
            throw new DebugException(DebugException.Failed, $"A kernel target takes {MaxCode} software breakpoints; clear one with bc, or use ba e1.");
    }
}
