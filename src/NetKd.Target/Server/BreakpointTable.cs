namespace NetKd.Target.Server;

/// <summary>
/// The target's table of software breakpoints: 32 entries, handles 1 to 32, as NT kernels have
/// (facts: kernel-debugging-docs, D.2; kdnet-wire, section 5).
/// </summary>
public sealed class BreakpointTable
{
    /// <summary>Entries of the table.</summary>
    public const int Capacity = 32;

    private readonly ulong[] _addresses = new ulong[Capacity];
    private readonly byte[] _originals = new byte[Capacity];
    private readonly bool[] _used = new bool[Capacity];

    /// <summary>Breakpoints now in memory.</summary>
    public int Count { get; private set; }

    /// <summary>Puts a breakpoint instruction into memory. Status of the call; the handle is 0 on failure.</summary>
    public uint Write(Machine machine, ulong address, out uint handle)
    {
        handle = 0;
        int free = -1;
        for (int i = 0; i < Capacity; i++)
        {
            if (_used[i] && _addresses[i] == address)
            {
                handle = (uint)i + 1;
                return NtStatus.Success;
            }

            if (!_used[i] && free < 0) free = i;
        }

        if (free < 0) return NtStatus.InsufficientResources;
        if (!machine.InsertBreakpoint(address, out byte original)) return NtStatus.AccessViolation;
        _addresses[free] = address;
        _originals[free] = original;
        _used[free] = true;
        Count++;
        handle = (uint)free + 1;
        return NtStatus.Success;
    }

    /// <summary>Puts the original byte back.</summary>
    public uint Restore(Machine machine, uint handle)
    {
        if (handle == 0 || handle > Capacity || !_used[(int)handle - 1]) return NtStatus.Unsuccessful;
        int index = (int)handle - 1;
        _used[index] = false;
        Count--;
        return machine.RemoveBreakpoint(_addresses[index], _originals[index]) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    /// <summary>
    /// Takes out every breakpoint in a range. NT does so for the instruction stream of a state change: debuggers take those bytes for the
    /// code that is there, and would step over an INT3 among them as if it were part of the program (tests/Interop; the later
    /// RestoreBreakPoint of such a breakpoint fails: facts: kdnet-wire, appendix B).
    /// </summary>
    public void RestoreRange(Machine machine, ulong first, ulong length)
    {
        for (int i = 0; i < Capacity; i++)
        {
            if (_used[i] && unchecked(_addresses[i] - first) < length) Restore(machine, (uint)i + 1);
        }
    }

    /// <summary>True when one of our breakpoints stands at an address.</summary>
    public bool Contains(ulong address)
    {
        for (int i = 0; i < Capacity; i++)
        {
            if (_used[i] && _addresses[i] == address) return true;
        }

        return false;
    }
}
