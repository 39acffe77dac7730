using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>
/// A 32-bit x86 machine behind a gdb stub. KD carries its addresses sign-extended (facts: kdnet-wire, appendix B); the stub takes 32 bits. A guest that has
/// NT's structures shows them itself; others get a made-up face (<see cref="X86Face"/>).
/// </summary>
internal sealed class X86GdbMachine(GdbClient client, bool guess, IReadOnlyDictionary<(GuestArchitecture Architecture, uint Number), string>? registerNames) : GdbMachine(GuestArchitecture.X86, Described(client), guess, registerNames, uint.MaxValue)
{
    // 128 descriptors, 256 gates.
    private const ushort GuestDescriptorLimit = 0x3FF;
    private const ushort GuestInterruptLimit = 0x7FF;

    private const ushort ContainsSegments = 3; // X86_REPORT_INCLUDES_SEGS | X86_REPORT_STANDARD_CS

    private X86Face? _face; // of a machine without a guest kernel

    /// <inheritdoc/>
    public override ushort MachineType => ContextLayout.MachineX86;

    /// <inheritdoc/>
    public override bool Is64Bit => false;

    /// <inheritdoc/>
    public override int ContextSize => ContextLayout.X86.ContextSize;

    /// <summary>The processor's state is its CONTEXT record and, behind it, its special registers; an address is an offset there.</summary>
    public override int ReadControlSpace(int processor, ulong set, Span<byte> destination)
    {
        byte[] state = new byte[ContextSize + SpecialRegistersSize];
        if ((uint)processor >= (uint)ProcessorCount || set >= (ulong)state.Length) return 0;
        ReadContext(processor, state);
        WriteSpecialRegisters(processor, state.AsSpan(ContextSize));
        int size = Math.Min(destination.Length, state.Length - (int)set);
        state.AsSpan((int)set, size).CopyTo(destination);
        return size;
    }

    /// <summary>Writes special registers; those of the CONTEXT record have calls of their own.</summary>
    public override int WriteControlSpace(int processor, ulong set, ReadOnlySpan<byte> source)
    {
        ulong offset = unchecked(set - X86SpecialRegisterOffsets.Address);
        if ((uint)processor >= (uint)ProcessorCount || offset >= (ulong)SpecialRegistersSize || source.IsEmpty) return 0;
        Span<byte> block = stackalloc byte[SpecialRegistersSize];
        WriteSpecialRegisters(processor, block);
        int size = Math.Min(source.Length, block.Length - (int)offset);
        source[..size].CopyTo(block[(int)offset..]);
        return TakeSpecialRegisters(processor, block) ? size : 0;
    }

    /// <summary>
    /// Dr6, Dr7 u32, instruction count, flags u16, 16 bytes of instructions, cs, ds, es, fs u16, eflags u32 (X86_DBGKD_CONTROL_REPORT as Microsoft's UEFI
    /// debugger, Project Mu, publishes it).
    /// </summary>
    public override void FillControlReport(int processor, Span<byte> report)
    {
        X86Registers registers = (X86Registers)Registers(processor);
        report.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(report, (uint)registers.Debug.Status);
        BinaryPrimitives.WriteUInt32LittleEndian(report[4..], (uint)registers.Debug.Control);
        int count = ReadVirtual(registers.ProgramCounter, report.Slice(12, StateChange.InstructionStreamSize));
        BinaryPrimitives.WriteUInt16LittleEndian(report[8..], (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(report[10..], ContainsSegments);
        ReadOnlySpan<ushort> segments = [(ushort)registers["cs"], (ushort)registers["ds"], (ushort)registers["es"], (ushort)registers["fs"]];
        for (int i = 0; i < segments.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(report[(28 + 2 * i)..], segments[i]);
        BinaryPrimitives.WriteUInt32LittleEndian(report[36..], (uint)registers["eflags"]);
    }

    /// <inheritdoc/>
    protected override int SpecialRegistersSize => X86SpecialRegisterOffsets.Size;

    /// <summary>
    /// Adds the descriptor tables, which stubs do not give: those of the guest's control region, else a made-up one, which shows the segments that the
    /// processor has at this moment.
    /// </summary>
    protected override void WriteSpecialRegisters(int processor, Span<byte> block)
    {
        base.WriteSpecialRegisters(processor, block);
        if (Guest is { } guest)
        {
            ulong region = guest.ControlRegion(Memory, processor);
            BinaryPrimitives.WriteUInt16LittleEndian(block[X86SpecialRegisterOffsets.GdtrLimit..], GuestDescriptorLimit);
            BinaryPrimitives.WriteUInt32LittleEndian(block[X86SpecialRegisterOffsets.GdtrBase..], (uint)Memory.ReadPointer(region + X86ControlRegionOffsets.Descriptors, PointerSize));
            BinaryPrimitives.WriteUInt16LittleEndian(block[X86SpecialRegisterOffsets.IdtrLimit..], GuestInterruptLimit);
            BinaryPrimitives.WriteUInt32LittleEndian(block[X86SpecialRegisterOffsets.IdtrBase..], (uint)Memory.ReadPointer(region + X86ControlRegionOffsets.Interrupts, PointerSize));
            return;
        }

        StubRegisters registers = Registers(processor);
        _face!.ShowSegments(processor, (ushort)registers["cs"], [(ushort)registers["ss"], (ushort)registers["ds"], (ushort)registers["es"]]);
        BinaryPrimitives.WriteUInt16LittleEndian(block[X86SpecialRegisterOffsets.GdtrLimit..], X86Face.DescriptorLimit);
        BinaryPrimitives.WriteUInt32LittleEndian(block[X86SpecialRegisterOffsets.GdtrBase..], _face.Descriptors(processor));
    }

    /// <summary>Control space of x86 has no sets, and so no regions.</summary>
    protected override ulong ControlRegion(int processor) => 0;

    /// <inheritdoc/>
    protected override ulong ControlBlock(int processor) => 0;

    /// <inheritdoc/>
    protected override string? RegisterName(uint register) => register == 0xC000_0080 ? "efer" : null;

    /// <inheritdoc/>
    private protected override StubRegisters MakeRegisters(string thread) => new X86Registers(client, thread);

    /// <inheritdoc/>
    private protected override MadeUpKernel MakeFace(List<LoadedModule> images) => _face = new X86Face(client.Threads.Count);

    /// <summary>Where it executes, and for a guest with NT's control regions its first interrupt handler, which is the kernel's.</summary>
    private protected override IEnumerable<ulong> PlacesOfCode(int processor)
    {
        yield return ProgramCounter(processor);
        ulong region = Registers(processor)["fs_base"];
        if (region == 0 || (uint)Memory.ReadPointer(region + X86ControlRegionOffsets.Self, PointerSize) != (uint)region) yield break;
        byte[] gate = new byte[8];
        if (Memory.Read(Memory.ReadPointer(region + X86ControlRegionOffsets.Interrupts, PointerSize), gate) != gate.Length) yield break;
        // SDM 3A, 6.11: the handler's address is in two halves.
        yield return unchecked((ulong)(BinaryPrimitives.ReadUInt16LittleEndian(gate) | BinaryPrimitives.ReadUInt16LittleEndian(gate.AsSpan(6)) << 16));
    }

    /// <inheritdoc/>
    private protected override ulong StubAddress(ulong address) => (uint)address;

    private static GdbClient Described(GdbClient client)
    {
        client.AssumeRegisters(X86Registers.Usual);
        return client;
    }
}
