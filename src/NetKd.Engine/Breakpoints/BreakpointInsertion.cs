using NetKd.Engine.Session;

namespace NetKd.Engine.Breakpoints;

/// <summary>
/// Puts breakpoints into the target before it runs and takes them out when it stops, as kd does: memory shows the program's own
/// bytes, and a debugger that dies leaves nothing behind.
/// </summary>
internal sealed class BreakpointInsertion(DebugClient client)
{
    private const int MostHandles = 32;

    // Handles in the target, also of breakpoints that were removed from the list meanwhile.
    private readonly List<(uint Handle, ulong Address)> _inTarget = [];
    private bool _debugRegistersUsed;
    private bool _staleCleared;

    /// <summary>An extra address for the current run: where a step over a call comes back.</summary>
    public ulong? Temporary { get; set; }

    /// <summary>DR7 for the next continue; 0 on arm64, which has none.</summary>
    public ulong Dr7 { get; private set; }

    /// <summary>True while breakpoint instructions are in the target's memory, or processor breakpoints are armed.</summary>
    public bool IsArmed => _inTarget.Count > 0 || _debugRegistersUsed;

    /// <summary>
    /// Takes out what an earlier debugger left in the target's table: its instructions would stop the target as if compiled in, and
    /// stepping past them would skip code. Done once, before the target first runs; attaching costs nothing for it.
    /// </summary>
    public void ClearStale()
    {
        if (_staleCleared) return;
        _staleCleared = true;
        TargetCalls calls = client.Calls;
        lock (calls.Turn)
        {
            bool found = false;
            for (uint handle = 1; handle <= MostHandles; handle++)
                found |= Restore(calls, handle);
            if (found)
            {
                client.Virtual.ForgetCache();
                client.Modules.ForgetConstants();
            }

            calls.Begin(ManipulateApi.DbgKdClearAllInternalBreakpointsApi);
            calls.PostAndSettle();
        }
    }

    /// <summary>Arms all enabled breakpoints but those at the address that execution leaves.</summary>
    public void Insert(ulong except)
    {
        TargetCalls calls = client.Calls;
        lock (calls.Turn)
        {
            HashSet<ulong> addresses = [];
            foreach (Breakpoint breakpoint in client.Breakpoints)
            {
                if (breakpoint is { Kind: BreakpointKind.Code, IsEnabled: true, IsResolved: true }) addresses.Add(breakpoint.Address);
            }

            if (Temporary is { } temporary) addresses.Add(temporary);
            addresses.Remove(except);
            // At a module event those of before are in already.
            foreach ((_, ulong present) in _inTarget) addresses.Remove(present);
            foreach (ulong address in addresses)
            {
                Span<byte> request = calls.Begin(ManipulateApi.DbgKdWriteBreakPointApi);
                ManipulateUnion.WriteUInt64(request, ManipulateUnion.BreakPointAddress, address);
                uint status = calls.Exchange(out ReadOnlySpan<byte> reply);
                uint handle = ManipulateUnion.ReadUInt32(reply, ManipulateUnion.BreakPointHandle);
                if (NtStatus.IsSuccess(status) && handle != 0) _inTarget.Add((handle, address));
                else client.WriteOutput(OutputMask.Warning, $"The target could not set the breakpoint at {address:x16} (status {status:x8}): is that memory present?\n");
            }
        }
    }

    /// <summary>Takes our breakpoint instructions out of memory. A handle that is gone already is no error.</summary>
    public void Remove()
    {
        if (_inTarget.Count == 0) return;
        TargetCalls calls = client.Calls;
        lock (calls.Turn)
        {
            foreach ((uint handle, ulong address) in _inTarget)
            {
                Restore(calls, handle);
                client.Virtual.ForgetCache(address, 1);
            }

            _inTarget.Clear();
        }
    }

    /// <summary>Takes those out that lie in memory which is going away.</summary>
    public void Remove(ulong baseAddress, uint size)
    {
        if (!_inTarget.Exists(p => unchecked(p.Address - baseAddress) < size)) return;
        TargetCalls calls = client.Calls;
        lock (calls.Turn)
        {
            foreach ((uint handle, ulong address) in _inTarget)
            {
                if (unchecked(address - baseAddress) < size) Restore(calls, handle);
            }

            _inTarget.RemoveAll(p => unchecked(p.Address - baseAddress) < size);
        }
    }

    /// <summary>Loads the processors' debug registers as the data breakpoints want them, when that changes anything.</summary>
    public void ArmDebugRegisters()
    {
        Breakpoint[] data = Armed();
        if (data.Length == 0 && !_debugRegistersUsed) return;
        for (int processor = 0; processor < client.Processors.Count; processor++) Dr7 = DebugRegisters.Write(client.Registers, processor, data);
        _debugRegistersUsed = data.Length > 0;
    }

    /// <summary>The processor breakpoint that a single-step exception is about, or null.</summary>
    public Breakpoint? FindHit(in StateChange change, ReadOnlySpan<byte> payload) => DebugRegisters.Find(client.Target.MachineType, change, payload, Armed());

    /// <summary>Forgets what a restarted target no longer holds.</summary>
    public void Forget()
    {
        _inTarget.Clear();
        _debugRegistersUsed = false;
        _staleCleared = false;
        Dr7 = 0;
        Temporary = null;
    }

    private Breakpoint[] Armed() => [.. client.Breakpoints.Where(b => b is { Kind: BreakpointKind.Data, IsEnabled: true }).Take(BreakpointList.MaxData)];

    private static bool Restore(TargetCalls calls, uint handle)
    {
        Span<byte> request = calls.Begin(ManipulateApi.DbgKdRestoreBreakPointApi);
        ManipulateUnion.WriteUInt32(request, ManipulateUnion.RestoreHandle, handle);
        return NtStatus.IsSuccess(calls.Exchange(out _));
    }
}
