using NetKd.Gdb;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>
/// A machine behind a gdb stub, as a <see cref="KdServer"/> needs it: what machines of all architectures have in common. Debuggers are shown a made-up
/// kernel unless the architecture's class finds one that is as good. Used by one thread, while the machine stands still. Its calls throw
/// <see cref="GdbException"/> when the stub is lost, which ends the bridge.
/// </summary>
public abstract partial class GdbMachine : KernelMachine
{
    private readonly GuestArchitecture _architecture;
    private readonly GdbClient _client;
    private readonly IReadOnlyDictionary<(GuestArchitecture Architecture, uint Number), string>? _registerNames;
    private readonly GuestMemory _memory;
    private readonly bool _guess;
    private int _current;

    private protected GdbMachine(
        GuestArchitecture architecture, GdbClient client, bool guess, IReadOnlyDictionary<(GuestArchitecture Architecture, uint Number), string>? registerNames,
        ulong addressMask = ulong.MaxValue)
    {
        _guess = guess;
        _architecture = architecture;
        _client = client;
        _registerNames = registerNames;
        _memory = new GuestMemory(client, addressMask);
    }

    /// <summary>Takes a machine that its stub has stopped.</summary>
    /// <param name="client">The stub.</param>
    /// <param name="guess">Look for a kernel in the machine; without, the made-up one is shown at any rate.</param>
    /// <param name="architecture">What the machine is; null when the stub is to say it.</param>
    /// <param name="registerNames">What the stub calls system registers, beside those that are known.</param>
    /// <exception cref="GdbException">The machine is another than was said, or none that can be debugged; it runs on.</exception>
    public static GdbMachine Open(GdbClient client, bool guess = true, GuestArchitecture? architecture = null, IReadOnlyDictionary<(GuestArchitecture Architecture, uint Number), string>? registerNames = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        GdbMachine machine;
        try
        {
            machine = GuestArchitectures.Decide(architecture, client) switch
            {
                GuestArchitecture.Arm64 => new Arm64GdbMachine(client, guess, registerNames),
                GuestArchitecture.X86 => new X86GdbMachine(client, guess, registerNames),
                _ => new Amd64GdbMachine(client, guess, registerNames),
            };
        }
        catch (GdbException)
        {
            // Connecting has stopped it.
            client.Detach();
            throw;
        }

        machine._processors = [.. client.Threads.Select(machine.MakeRegisters)];
        machine.Look();
        return machine;
    }

    /// <summary>True once the debugger has asked for a restart.</summary>
    public bool RebootRequested { get; set; }

    /// <inheritdoc/>
    public override int CurrentProcessor => _current;

    /// <summary>The machine's memory, without the made-up kernel.</summary>
    private protected GuestMemory Memory => _memory;

    /// <summary>Bytes of a breakpoint instruction, as stubs are told them.</summary>
    private protected virtual int BreakpointSize => 1;

    /// <inheritdoc/>
    public override bool SwitchProcessor(int processor)
    {
        if ((uint)processor >= (uint)ProcessorCount) return false;
        _current = processor;
        SelectMemory(processor);
        return true;
    }

    /// <inheritdoc/>
    public override int ReadVirtual(ulong address, Span<byte> destination) =>
        _face?.Covers(address) == true ? _face.Read(address, destination) : _memory.Read(address, destination);

    /// <inheritdoc/>
    public override int WriteVirtual(ulong address, ReadOnlySpan<byte> source) =>
        _face?.Covers(address) == true ? _face.Write(address, source) : _memory.Write(address, source);

    /// <inheritdoc/>
    public override int ReadPhysical(ulong address, Span<byte> destination) => _client.ReadPhysical(address, destination);

    /// <inheritdoc/>
    public override int WritePhysical(ulong address, ReadOnlySpan<byte> source)
    {
        _memory.Forget();
        return _client.WritePhysical(address, source);
    }

    /// <summary>Ports are not a stub's business.</summary>
    public override bool ReadIo(ulong port, uint size, out uint value)
    {
        value = 0;
        return false;
    }

    /// <inheritdoc/>
    public override bool WriteIo(ulong port, uint size, uint value) => false;

    /// <inheritdoc/>
    public override bool InsertBreakpoint(ulong address, out byte original)
    {
        // The stub keeps the memory as it is, or shows it so.
        Span<byte> there = stackalloc byte[1];
        bool readable = ReadVirtual(address, there) == 1;
        original = there[0];
        return readable && _client.TryInsert(GdbBreakpointKind.Software, StubAddress(address), BreakpointSize) && _breakpoints.Add(StubAddress(address));
    }

    /// <inheritdoc/>
    public override bool RemoveBreakpoint(ulong address, byte original)
    {
        _breakpoints.Remove(StubAddress(address));
        return _client.TryRemove(GdbBreakpointKind.Software, StubAddress(address), BreakpointSize);
    }

    /// <inheritdoc/>
    public override void Reboot() => RebootRequested = true;

    /// <summary>Gives a command to the stub's monitor, which may change anything.</summary>
    /// <exception cref="GdbException">It has none, or refuses.</exception>
    public string Monitor(string command)
    {
        string answer = _client.Monitor(command);
        _memory.Forget();
        foreach (StubRegisters processor in _processors) processor.Forget();
        return answer;
    }

    /// <summary>A stub cannot make a guest crash; the machine just goes on.</summary>
    public override void CauseBugCheck(uint code)
    {
    }

    /// <summary>An address as the stub takes it.</summary>
    private protected virtual ulong StubAddress(ulong address) => address;

    private void SelectMemory(int processor) => _memory.Thread = _client.Threads[processor];
}
