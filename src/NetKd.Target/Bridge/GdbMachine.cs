using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Linux.Guests;
using NetKd.Protocol.Contexts;
using NetKd.Symbols.Images;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>
/// Any amd64 machine behind a gdb stub, as a <see cref="KdServer"/> needs it. A guest that has NT's structures shows them itself; others get a
/// made-up face (<see cref="NtFace"/>). Used by one thread, while the machine stands still. Its calls throw <see cref="GdbException"/> when the stub is
/// lost, which ends the bridge.
/// </summary>
public sealed partial class GdbMachine : Amd64Machine
{
    private const ulong KernelHalf = 1UL << 63;

    // gdb's name of it.
    private const string Architecture = "i386:x86-64";

    private readonly GdbClient _client;
    private readonly bool _guess;
    private readonly IReadOnlyDictionary<uint, string>? _registerNames;
    private readonly GuestMemory _memory;
    private NtFace _face = null!; // where there is no guest kernel
    private GuestKernel? _guest;
    private LinuxGuest? _linux;
    private IReadOnlyList<LoadedModule> _images = [];
    private int _current;
    private int _visible;

    /// <summary>Takes a machine that its stub has stopped.</summary>
    /// <param name="client">The stub.</param>
    /// <param name="guess">Look for a kernel with NT's structures; without, the made-up face is shown at any rate.</param>
    /// <param name="registerNames">What the stub calls model-specific registers, beside those that are known.</param>
    /// <exception cref="GdbException">The machine is none of amd64.</exception>
    public GdbMachine(GdbClient client, bool guess = true, IReadOnlyDictionary<uint, string>? registerNames = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _guess = guess;
        _registerNames = registerNames;
        _memory = new GuestMemory(client);
        client.AssumeRegisters(Amd64Registers.Usual);
        if (client.Description.Architecture is not ("" or Architecture))
        {
            // Connecting has stopped it.
            client.Detach();
            throw new GdbException($"The stub's machine is {client.Description.Architecture}: this version debugs amd64 machines ({Architecture}) through stubs.");
        }

        MakeRegisters();
        Look();
    }

    /// <summary>The kernel with NT's structures that was found; null where the made-up face is shown.</summary>
    public GuestKernel? Guest => _guest;

    /// <summary>The Linux kernel that was found; null where there is none.</summary>
    public LinuxGuest? Linux => _linux;

    /// <summary>True once the debugger has asked for a restart.</summary>
    public bool RebootRequested { get; set; }

    /// <inheritdoc/>
    public override int ProcessorCount => _visible;

    /// <inheritdoc/>
    public override ushort BuildNumber => _guest?.BuildNumber ?? KernelLayout.BuildNumber;

    /// <inheritdoc/>
    public override ulong KernelBase => _guest?.Base ?? _face.Kernel.BaseAddress;

    /// <inheritdoc/>
    public override ulong LoadedModuleList => _guest?.LoadedModuleList ?? _face.LoadedModuleList;

    /// <inheritdoc/>
    public override ulong DebuggerDataList => _guest?.DebuggerDataList ?? _face.DebuggerDataList;

    /// <inheritdoc/>
    public override int CurrentProcessor => _current;

    /// <summary>The kernel's image and, under the made-up face, those that were found: for the reports of their loading.</summary>
    internal IEnumerable<LoadedModule> Images =>
        _guest is { } guest ? _images.Where(image => image.BaseAddress == guest.Base) : [LoadedModule.Of(_face.Kernel), .. _images];

    /// <summary>Looks at what the machine runs: its processors, its kernel, its images. To be called again after it was restarted.</summary>
    public void Look()
    {
        _guest = null;
        List<LoadedModule> images = [];
        for (int i = 0; i < _processors.Length; i++)
        {
            SelectMemory(i);
            foreach (ulong address in PlacesOfCode(i))
            {
                if (images.Exists(known => address - known.BaseAddress < known.Size) || GuestImages.Find(_memory, address) is not { } image) continue;
                images.Add(GuestImages.Describe(image));
                if (_guess && _guest is null) _guest = GuestKernel.Find(_memory, image);
            }
        }

        LookForLinux(images);
        _images = images;
        if (_guest is null) _face = new NtFace(_processors.Length, _images, _linux is { } linux ? $"Linux {linux.Release}" : null);
        _visible = _guest is null ? _processors.Length : Math.Max(1, Enumerable.Range(0, _processors.Length).TakeWhile(HasControlRegion).Count());
        SelectMemory(_current);
    }

    // Its names are megabytes: they are read once for each start of the guest.
    private void LookForLinux(List<LoadedModule> images)
    {
        if (!_guess || _guest is not null || images.Count > 0) _linux = null;
        else if (_linux?.IsStillThere(_memory) != true) _linux = LinuxGuest.Find(_memory);
        if (_linux is null) return;
        images.Add(new LoadedModule("vmlinux", "vmlinux", _linux.Base, _linux.Size, 0, 0, 0));
        images.AddRange(_linux.Modules(_memory).Select(m => new LoadedModule($"{m.Name}.ko", $"{m.Name}.ko", m.Base, m.Size, 0, 0, 0)));
    }

    // A processor that the guest has not started has none, and would have nothing to show.
    private bool HasControlRegion(int processor) => GuestControlRegion(processor) is var region && (region & KernelHalf) != 0 && ReadGuestPointer(region + KernelLayout.PcrSelf) == region;

    /// <inheritdoc/>
    public override bool SwitchProcessor(int processor)
    {
        if ((uint)processor >= (uint)_visible) return false;
        _current = processor;
        SelectMemory(processor);
        return true;
    }

    /// <inheritdoc/>
    public override ulong CurrentThread(int processor) =>
        _guest is null ? NtFace.Thread(processor) : ReadPointer(ControlBlock(processor) + KernelLayout.PrcbCurrentThread);

    /// <inheritdoc/>
    public override int ReadVirtual(ulong address, Span<byte> destination) =>
        _guest is null && _face.Covers(address) ? _face.Read(address, destination) : _memory.Read(address, destination);

    /// <inheritdoc/>
    public override int WriteVirtual(ulong address, ReadOnlySpan<byte> source) =>
        _guest is null && _face.Covers(address) ? _face.Write(address, source) : _memory.Write(address, source);

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
        return readable && _client.TryInsert(GdbBreakpointKind.Software, address, 1) && _breakpoints.Add(address);
    }

    /// <inheritdoc/>
    public override bool RemoveBreakpoint(ulong address, byte original)
    {
        _breakpoints.Remove(address);
        return _client.TryRemove(GdbBreakpointKind.Software, address, 1);
    }

    /// <inheritdoc/>
    public override void Reboot() => RebootRequested = true;

    /// <summary>Gives a command to the stub's monitor, which may change anything.</summary>
    /// <exception cref="GdbException">It has none, or refuses.</exception>
    public string Monitor(string command)
    {
        string answer = _client.Monitor(command);
        _memory.Forget();
        foreach (ProcessorState processor in _processors) processor.IsRead = false;
        return answer;
    }

    /// <summary>A stub cannot make a guest crash; the machine just goes on.</summary>
    public override void CauseBugCheck(uint code)
    {
    }

    private void SelectMemory(int processor) => _memory.Thread = _client.Threads[processor];

    // Where it executes, and for a guest with NT's processor blocks its first interrupt handlers, which are the kernel's.
    private IEnumerable<ulong> PlacesOfCode(int processor)
    {
        yield return ProgramCounter(processor);
        if (!HasControlRegion(processor)) yield break;
        ulong table = ReadGuestPointer(GuestControlRegion(processor) + KernelLayout.PcrIdt);
        byte[] gate = new byte[16];
        if (_memory.Read(table, gate) != gate.Length) yield break;
        yield return BinaryPrimitives.ReadUInt16LittleEndian(gate)
            | (ulong)BinaryPrimitives.ReadUInt16LittleEndian(gate.AsSpan(6)) << 16
            | (ulong)BinaryPrimitives.ReadUInt32LittleEndian(gate.AsSpan(8)) << 32;
    }

    private ulong ReadGuestPointer(ulong address)
    {
        Span<byte> bytes = stackalloc byte[8];
        return _memory.Read(address, bytes) == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
    }

    private ulong ReadPointer(ulong address)
    {
        Span<byte> bytes = stackalloc byte[8];
        return ReadVirtual(address, bytes) == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
    }
}
