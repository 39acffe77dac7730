using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Linux.Guests;
using NetKd.Protocol.Contexts;
using NetKd.Symbols.Images;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>An amd64 machine behind a gdb stub. A guest that has NT's structures shows them itself; others get a made-up face (<see cref="NtFace"/>).</summary>
internal sealed class Amd64GdbMachine(GdbClient client, bool guess, IReadOnlyDictionary<(GuestArchitecture Architecture, uint Number), string>? registerNames) : GdbMachine(GuestArchitecture.Amd64, Described(client), registerNames)
{
    private const ulong KernelHalf = 1UL << 63;

    private NtFace? _face; // where there is no guest kernel
    private GuestKernel? _guest;
    private LinuxGuest? _linux;
    private int _visible;

    /// <inheritdoc/>
    public override ushort MachineType => ContextLayout.MachineAmd64;

    /// <inheritdoc/>
    public override string Description =>
        _guest is { } guest ? $"a kernel with NT's structures at {guest.Base:x16}, build {guest.BuildNumber}"
        : _linux is { } linux ? $"Linux {linux.Release} at {linux.Base:x16}, {linux.Names.Count} names, behind a made-up NT kernel at {KernelBase:x16}"
        : base.Description;

    /// <inheritdoc/>
    public override int ProcessorCount => _visible;

    /// <inheritdoc/>
    public override ushort BuildNumber => _guest?.BuildNumber ?? base.BuildNumber;

    /// <inheritdoc/>
    public override ulong KernelBase => _guest?.Base ?? base.KernelBase;

    /// <inheritdoc/>
    public override ulong LoadedModuleList => _guest?.LoadedModuleList ?? base.LoadedModuleList;

    /// <inheritdoc/>
    public override ulong DebuggerDataList => _guest?.DebuggerDataList ?? base.DebuggerDataList;

    /// <inheritdoc/>
    public override ulong CurrentThread(int processor) =>
        _guest is null ? NtFace.Thread(processor) : ReadPointer(ControlBlock(processor) + KernelLayout.PrcbCurrentThread);

    /// <inheritdoc/>
    public override void FillControlReport(int processor, Span<byte> report)
    {
        Amd64Registers registers = (Amd64Registers)Registers(processor);
        ReadOnlySpan<ushort> segments = [(ushort)registers["cs"], (ushort)registers["ds"], (ushort)registers["es"], (ushort)registers["fs"]];
        Amd64ControlReport.Fill(this, report, registers.Debug.Status, registers.Debug.Control, (uint)registers["eflags"], registers.ProgramCounter, segments);
    }

    /// <inheritdoc/>
    internal override IEnumerable<LoadedModule> Images => _guest is { } guest ? FoundImages.Where(image => image.BaseAddress == guest.Base) : base.Images;

    /// <inheritdoc/>
    protected override int SpecialRegistersSize => Amd64SpecialRegisterOffsets.Size;

    /// <inheritdoc/>
    protected override ulong ControlRegion(int processor) => _guest is null ? NtFace.ControlRegion(processor) : GuestControlRegion(processor);

    /// <inheritdoc/>
    protected override ulong ControlBlock(int processor) => ReadPointer(ControlRegion(processor) + KernelLayout.PcrCurrentPrcb);

    /// <inheritdoc/>
    protected override void WriteSpecialRegisters(int processor, Span<byte> block)
    {
        base.WriteSpecialRegisters(processor, block);
        StubRegisters registers = Registers(processor);
        (ulong table, ushort limit) = _face is { } face
            ? face.ShowCodeSegment(processor, (ushort)registers["cs"], registers["efer"])
            : (ReadPointer(ControlRegion(processor) + KernelLayout.PcrGdt), (ushort)0x57);
        BinaryPrimitives.WriteUInt64LittleEndian(block[Amd64SpecialRegisterOffsets.GdtrBase..], table);
        BinaryPrimitives.WriteUInt16LittleEndian(block[Amd64SpecialRegisterOffsets.GdtrLimit..], limit);
        BinaryPrimitives.WriteUInt64LittleEndian(block[Amd64SpecialRegisterOffsets.IdtrBase..], ReadPointer(ControlRegion(processor) + KernelLayout.PcrIdt));
        BinaryPrimitives.WriteUInt16LittleEndian(block[Amd64SpecialRegisterOffsets.IdtrLimit..], 0xFFF);
    }

    /// <inheritdoc/>
    protected override string? RegisterName(uint register) => register switch
    {
        0xC000_0080 => "efer",
        0xC000_0100 => "fs_base",
        0xC000_0101 => "gs_base",
        0xC000_0102 => "k_gs_base",
        _ => null,
    };

    /// <inheritdoc/>
    private protected override StubRegisters MakeRegisters(string thread) => new Amd64Registers(client, thread);

    /// <inheritdoc/>
    private protected override void BeginLook() => _guest = null;

    /// <inheritdoc/>
    private protected override void Recognize(PeImage image)
    {
        if (guess && _guest is null) _guest = GuestKernel.Find(Memory, image);
    }

    /// <inheritdoc/>
    private protected override MadeUpKernel? EndLook(List<LoadedModule> images)
    {
        LookForLinux(images);
        int processors = client.Threads.Count;
        _face = _guest is null ? new NtFace(MachineType, processors, images, _linux is { } linux ? $"Linux {linux.Release}" : null) : null;
        _visible = _guest is null ? processors : Math.Max(1, Enumerable.Range(0, processors).TakeWhile(HasControlRegion).Count());
        return _face;
    }

    /// <summary>Where it executes, and for a guest with NT's processor blocks its first interrupt handlers, which are the kernel's.</summary>
    private protected override IEnumerable<ulong> PlacesOfCode(int processor)
    {
        yield return ProgramCounter(processor);
        if (!HasControlRegion(processor)) yield break;
        ulong table = ReadGuestPointer(GuestControlRegion(processor) + KernelLayout.PcrIdt);
        byte[] gate = new byte[16];
        if (Memory.Read(table, gate) != gate.Length) yield break;
        yield return BinaryPrimitives.ReadUInt16LittleEndian(gate)
            | (ulong)BinaryPrimitives.ReadUInt16LittleEndian(gate.AsSpan(6)) << 16
            | (ulong)BinaryPrimitives.ReadUInt32LittleEndian(gate.AsSpan(8)) << 32;
    }

    private static GdbClient Described(GdbClient client)
    {
        client.AssumeRegisters(Amd64Registers.Usual);
        return client;
    }

    // Its names are megabytes: they are read once for each start of the guest.
    private void LookForLinux(List<LoadedModule> images)
    {
        if (!guess || _guest is not null || images.Count > 0) _linux = null;
        else if (_linux?.IsStillThere(Memory) != true) _linux = LinuxGuest.Find(Memory);
        if (_linux is null) return;
        images.Add(new LoadedModule("vmlinux", "vmlinux", _linux.Base, _linux.Size, 0, 0, 0));
        images.AddRange(_linux.Modules(Memory).Select(m => new LoadedModule($"{m.Name}.ko", $"{m.Name}.ko", m.Base, m.Size, 0, 0, 0)));
    }

    // A processor that the guest has not started has none, and would have nothing to show.
    private bool HasControlRegion(int processor) => GuestControlRegion(processor) is var region && (region & KernelHalf) != 0 && ReadGuestPointer(region + KernelLayout.PcrSelf) == region;

    // In the kernel gs holds it; in a program the other one does.
    private ulong GuestControlRegion(int processor)
    {
        ulong active = Registers(processor)["gs_base"], swapped = Registers(processor)["k_gs_base"];
        return (active & KernelHalf) != 0 ? active : swapped;
    }

    private ulong ReadGuestPointer(ulong address)
    {
        Span<byte> bytes = stackalloc byte[8];
        return Memory.Read(address, bytes) == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
    }

    private ulong ReadPointer(ulong address)
    {
        Span<byte> bytes = stackalloc byte[8];
        return ReadVirtual(address, bytes) == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
    }
}
