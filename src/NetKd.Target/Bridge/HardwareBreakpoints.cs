using NetKd.Gdb;

namespace NetKd.Target.Bridge;

/// <summary>
/// The debug registers that the debugger sees. Stubs do not give the processor's; what is set here becomes breakpoints of the stub's own while the
/// machine runs, and what those report comes back as each architecture tells it.
/// </summary>
internal abstract class HardwareBreakpoints
{
    private readonly List<Wanted> _inserted = [];

    /// <summary>One that is armed.</summary>
    protected readonly record struct Wanted(int Index, GdbBreakpointKind Kind, ulong Address, int Size);

    /// <summary>Writes those that the CONTEXT record holds.</summary>
    public virtual void WriteContext(Span<byte> record)
    {
    }

    /// <summary>Takes them from a CONTEXT record.</summary>
    public virtual void ReadContext(ReadOnlySpan<byte> record)
    {
    }

    /// <summary>Writes those of the special registers.</summary>
    public abstract void WriteSpecial(Span<byte> block);

    /// <summary>Takes them from the special registers.</summary>
    public abstract void ReadSpecial(ReadOnlySpan<byte> block);

    /// <summary>Sets the control register that a debugger gives when it lets the machine go; nothing on machines without.</summary>
    public virtual void SetControl(ulong value)
    {
    }

    /// <summary>Sets the stub's breakpoints to what is armed. Those that the stub cannot set are left out.</summary>
    public void Arm(GdbClient client)
    {
        Disarm(client);
        ClearHits();
        foreach (Wanted wanted in Armed())
        {
            if (client.TryInsert(wanted.Kind, wanted.Address, wanted.Size)) _inserted.Add(wanted);
        }
    }

    /// <summary>Takes the stub's breakpoints out.</summary>
    public void Disarm(GdbClient client)
    {
        foreach (Wanted wanted in _inserted) client.TryRemove(wanted.Kind, wanted.Address, wanted.Size);
        _inserted.Clear();
    }

    /// <summary>True when a stop is one of these breakpoints'; which one is then told on the processor that stopped, <paramref name="stopped"/>.</summary>
    public bool TakeHit(StopReply stop, ulong programCounter, HardwareBreakpoints stopped)
    {
        bool any = false;
        stopped.ClearHits();
        foreach (Wanted wanted in _inserted)
        {
            bool hit = wanted.Kind == GdbBreakpointKind.Hardware
                ? stop.Watch == WatchKind.None && programCounter == wanted.Address
                : stop.Watch != WatchKind.None && unchecked(stop.WatchAddress - wanted.Address) < (ulong)wanted.Size;
            if (!hit) continue;
            stopped.TellHit(wanted.Index);
            any = true;
        }

        return any;
    }

    /// <summary>What is armed, in the stub's addresses.</summary>
    protected abstract IEnumerable<Wanted> Armed();

    /// <summary>Forgets what was hit.</summary>
    protected virtual void ClearHits()
    {
    }

    /// <summary>Keeps what was hit, where a register says it.</summary>
    protected virtual void TellHit(int index)
    {
    }
}
