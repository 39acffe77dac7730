using System.Buffers.Binary;
using NetKd.Gdb;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Bridge;

/// <summary>Registers: read once for each processor and halt.</summary>
public sealed partial class GdbMachine
{
    private const uint MsrEfer = 0xC000_0080;
    private const uint MsrFsBase = 0xC000_0100;
    private const uint MsrGsBase = 0xC000_0101;
    private const uint MsrKernelGsBase = 0xC000_0102;
    private const ushort ReportContainsFlags = 3;
    private const int ReportStream = 24;
    private const int ReportSegments = 40;

    private ProcessorState[] _processors = [];

    private sealed class ProcessorState(TargetDescription description)
    {
        public Amd64Registers Registers { get; } = new(description);

        public DebugRegisterFile Debug { get; } = new();

        public bool IsRead { get; set; }
    }

    /// <inheritdoc/>
    public override ulong ProgramCounter(int processor) => Registers(processor)["rip"];

    /// <inheritdoc/>
    public override bool ReadMsr(uint register, out ulong value)
    {
        value = MsrName(register) is { } name && _client.Description.Find(name) is not null ? Registers(_current)[name] : 0;
        return MsrName(register) is { } known && _client.Description.Find(known) is not null;
    }

    /// <inheritdoc/>
    public override bool WriteMsr(uint register, ulong value)
    {
        if (MsrName(register) is not { } name || _client.Description.Find(name) is not { } found) return false;
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _processors[_current].IsRead = false;
        return _client.TryWriteRegister(_client.Threads[_current], found, bytes);
    }

    /// <inheritdoc/>
    public override bool ReadContext(int processor, Span<byte> context)
    {
        if ((uint)processor >= (uint)_visible) return false;
        Registers(processor).WriteContext(context, _processors[processor].Debug);
        return true;
    }

    /// <inheritdoc/>
    public override bool WriteContext(int processor, ReadOnlySpan<byte> context)
    {
        if ((uint)processor >= (uint)_visible) return false;
        _processors[processor].Debug.ReadContext(context);
        return Write(processor, Registers(processor).TakeContext(context));
    }

    /// <inheritdoc/>
    public override int ReadControlSpace(int processor, ulong set, Span<byte> destination)
    {
        if ((uint)processor >= (uint)_visible) return 0;
        Span<byte> block = stackalloc byte[Amd64SpecialRegisterOffsets.Size];
        int size = sizeof(ulong);
        switch (set)
        {
            case 0: BinaryPrimitives.WriteUInt64LittleEndian(block, ControlRegion(processor)); break;
            case 1: BinaryPrimitives.WriteUInt64LittleEndian(block, ReadPointer(ControlRegion(processor) + PcrPrcb)); break;
            case 2:
                WriteSpecial(processor, block);
                size = block.Length;
                break;
            case 3: BinaryPrimitives.WriteUInt64LittleEndian(block, CurrentThread(processor)); break;
            default: return 0;
        }

        size = Math.Min(size, destination.Length);
        block[..size].CopyTo(destination);
        return size;
    }

    /// <inheritdoc/>
    public override int WriteControlSpace(int processor, ulong set, ReadOnlySpan<byte> source)
    {
        if ((uint)processor >= (uint)_visible || set != 2 || source.Length == 0) return 0;
        Span<byte> block = stackalloc byte[Amd64SpecialRegisterOffsets.Size];
        WriteSpecial(processor, block);
        int size = Math.Min(source.Length, block.Length);
        source[..size].CopyTo(block);
        _processors[processor].Debug.ReadSpecial(block);
        return Write(processor, Registers(processor).TakeSpecial(block)) ? size : 0;
    }

    /// <inheritdoc/>
    public override void FillControlReport(int processor, Span<byte> report)
    {
        Amd64Registers registers = Registers(processor);
        DebugRegisterFile debug = _processors[processor].Debug;
        report.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(report, debug.Status);
        BinaryPrimitives.WriteUInt64LittleEndian(report[8..], debug.Control);
        BinaryPrimitives.WriteUInt32LittleEndian(report[16..], (uint)registers["eflags"]);
        int count = ReadVirtual(registers["rip"], report.Slice(ReportStream, StateChange.InstructionStreamSize));
        BinaryPrimitives.WriteUInt16LittleEndian(report[20..], (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(report[22..], ReportContainsFlags);
        string[] segments = ["cs", "ds", "es", "fs"];
        for (int i = 0; i < segments.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(report[(ReportSegments + 2 * i)..], (ushort)registers[segments[i]]);
    }

    private ulong ControlRegion(int processor) => _guest is null ? NtFace.ControlRegion(processor) : GuestControlRegion(processor);

    // In the kernel gs holds it; in a program the other one does.
    private ulong GuestControlRegion(int processor)
    {
        ulong active = Registers(processor)["gs_base"], swapped = Registers(processor)["k_gs_base"];
        return (active & KernelHalf) != 0 ? active : swapped;
    }

    private void WriteSpecial(int processor, Span<byte> block)
    {
        Amd64Registers registers = Registers(processor);
        registers.WriteSpecial(block, _processors[processor].Debug);
        (ulong table, ushort limit) = _guest is null
            ? _face.ShowCodeSegment(processor, (ushort)registers["cs"], registers["efer"])
            : (ReadPointer(ControlRegion(processor) + PcrGdt), (ushort)0x57);
        BinaryPrimitives.WriteUInt64LittleEndian(block[Amd64SpecialRegisterOffsets.GdtrBase..], table);
        BinaryPrimitives.WriteUInt16LittleEndian(block[Amd64SpecialRegisterOffsets.GdtrLimit..], limit);
        BinaryPrimitives.WriteUInt64LittleEndian(block[Amd64SpecialRegisterOffsets.IdtrBase..], ReadPointer(ControlRegion(processor) + PcrIdt));
        BinaryPrimitives.WriteUInt16LittleEndian(block[Amd64SpecialRegisterOffsets.IdtrLimit..], 0xFFF);
    }

    private bool Write(int processor, List<(GdbRegister Register, byte[] Value)> changes)
    {
        bool all = true;
        foreach ((GdbRegister register, byte[] value) in changes) all &= _client.TryWriteRegister(_client.Threads[processor], register, value);
        // What the stub refused is not what the block says now.
        if (!all) _processors[processor].IsRead = false;
        return all;
    }

    private Amd64Registers Registers(int processor)
    {
        ProcessorState state = _processors[processor];
        if (!state.IsRead) _client.ReadRegisters(_client.Threads[processor], state.Registers.Block);
        state.IsRead = true;
        return state.Registers;
    }

    private void MakeRegisters() => _processors = [.. _client.Threads.Select(_ => new ProcessorState(_client.Description))];

    private static string? MsrName(uint register) => register switch
    {
        MsrEfer => "efer",
        MsrFsBase => "fs_base",
        MsrGsBase => "gs_base",
        MsrKernelGsBase => "k_gs_base",
        _ => null,
    };
}
