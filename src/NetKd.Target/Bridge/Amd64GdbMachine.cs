using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Linux.Guests;
using NetKd.Protocol.Contexts;
using NetKd.Symbols.Images;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>An amd64 machine behind a gdb stub. A guest that has NT's structures shows them itself; others get a made-up face (<see cref="NtFace"/>).</summary>
internal sealed class Amd64GdbMachine(GdbClient client, bool guess, IReadOnlyDictionary<(GuestArchitecture Architecture, uint Number), string>? registerNames) : GdbMachine(GuestArchitecture.Amd64, Described(client), guess, registerNames)
{
    private const ulong KernelHalf = 1UL << 63;

    private NtFace? _face; // of a machine without a guest kernel
    private LinuxGuest? _linux;

    /// <inheritdoc/>
    public override ushort MachineType => ContextLayout.MachineAmd64;

    /// <inheritdoc/>
    public override string Description => Guest is null && _linux is { } linux
        ? $"Linux {linux.Release} at {linux.Base:x16}, {linux.Names.Count} names, behind a made-up NT kernel at {KernelBase:x16}"
        : base.Description;

    /// <inheritdoc/>
    public override void FillControlReport(int processor, Span<byte> report)
    {
        Amd64Registers registers = (Amd64Registers)Registers(processor);
        ReadOnlySpan<ushort> segments = [(ushort)registers["cs"], (ushort)registers["ds"], (ushort)registers["es"], (ushort)registers["fs"]];
        Amd64ControlReport.Fill(this, report, registers.Debug.Status, registers.Debug.Control, (uint)registers["eflags"], registers.ProgramCounter, segments);
    }

    /// <inheritdoc/>
    protected override int SpecialRegistersSize => Amd64SpecialRegisterOffsets.Size;

    /// <inheritdoc/>
    protected override ulong ControlRegion(int processor) => Guest is null ? NtFace.ControlRegion(processor) : GuestControlRegion(processor);

    /// <inheritdoc/>
    protected override ulong ControlBlock(int processor) => ReadPointer(ControlRegion(processor) + KernelLayout.PcrCurrentPrcb);

    /// <inheritdoc/>
    protected override void WriteSpecialRegisters(int processor, Span<byte> block)
    {
        base.WriteSpecialRegisters(processor, block);
        StubRegisters registers = Registers(processor);
        (ulong table, ushort limit) = Guest is null && _face is { } face
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

    /// <summary>
    /// A Linux kernel where there is none of NT's. Its names are megabytes: they are read once for each start of the guest.
    /// </summary>
    private protected override void LookFurther(List<LoadedModule> images)
    {
        if (!Guesses || Guest is not null || images.Count > 0) _linux = null;
        else if (_linux?.IsStillThere(Memory) != true) _linux = LinuxGuest.Find(Memory);
        if (_linux is null) return;
        images.Add(new LoadedModule("vmlinux", "vmlinux", _linux.Base, _linux.Size, 0, 0, 0));
        images.AddRange(_linux.Modules(Memory).Select(m => new LoadedModule($"{m.Name}.ko", $"{m.Name}.ko", m.Base, m.Size, 0, 0, 0)));
    }

    /// <inheritdoc/>
    private protected override MadeUpKernel MakeFace(List<LoadedModule> images) =>
        _face = new NtFace(MachineType, client.Threads.Count, images, _linux is { } linux ? $"Linux {linux.Release}" : null);

    /// <inheritdoc/>
    private protected override bool IsStarted(int processor) => HasControlRegion(processor);

    /// <summary>Where it executes, and for a guest with NT's processor blocks its first interrupt handlers, which are the kernel's.</summary>
    private protected override IEnumerable<ulong> PlacesOfCode(int processor)
    {
        yield return ProgramCounter(processor);
        if (!HasControlRegion(processor)) yield break;
        ulong table = Memory.ReadPointer(GuestControlRegion(processor) + KernelLayout.PcrIdt, sizeof(ulong));
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

    private bool HasControlRegion(int processor) => GuestControlRegion(processor) is var region && (region & KernelHalf) != 0 && Memory.ReadPointer(region + KernelLayout.PcrSelf, PointerSize) == region;

    // In the kernel gs holds it; in a program the other one does.
    private ulong GuestControlRegion(int processor)
    {
        ulong active = Registers(processor)["gs_base"], swapped = Registers(processor)["k_gs_base"];
        return (active & KernelHalf) != 0 ? active : swapped;
    }

    private ulong ReadPointer(ulong address)
    {
        Span<byte> bytes = stackalloc byte[8];
        return ReadVirtual(address, bytes) == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
    }
}
