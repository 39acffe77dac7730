using System.Buffers.Binary;
using Iced.Intel;

namespace NetKd.Target.Simulation;

/// <summary>Operands: registers, immediates and memory with its protection.</summary>
public sealed partial class Interpreter
{
    private int OperandSize(int operand) => _instruction.GetOpKind(operand) switch
    {
        OpKind.Register => _instruction.GetOpRegister(operand).GetSize(),
        OpKind.Memory => _instruction.MemorySize.GetSize(),
        _ => 8,
    };

    private ulong Read(int operand)
    {
        OpKind kind = _instruction.GetOpKind(operand);
        if (kind == OpKind.Register) return ReadRegister(_instruction.GetOpRegister(operand));
        if (kind == OpKind.Memory) return ReadMemory(EffectiveAddress(withSegment: true), OperandSize(operand));
        ulong immediate = _instruction.GetImmediate(operand);
        return operand == 0 ? immediate : immediate & ArithmeticUnit.Mask(OperandSize(0));
    }

    private void Write(int operand, ulong value)
    {
        if (_instruction.GetOpKind(operand) == OpKind.Register) WriteRegister(_instruction.GetOpRegister(operand), value);
        else WriteMemory(EffectiveAddress(withSegment: true), OperandSize(operand), value);
    }

    private ulong ReadRegister(Register register)
    {
        switch (register)
        {
            case Register.AH or Register.CH or Register.DH or Register.BH:
                return _processor.General[register - Register.AH] >> 8 & 0xFF;
            case Register.CR0: return _processor.Cr0;
            case Register.CR2: return _processor.Cr2;
            case Register.CR3: return _processor.Cr3;
            case Register.CR4: return _processor.Cr4;
            case Register.CR8: return _processor.Cr8;
        }

        if (!register.IsGPR()) throw new ProcessorFaultException(NtStatus.IllegalInstruction);
        return _processor.General[Number(register)] & ArithmeticUnit.Mask(register.GetSize());
    }

    private void WriteRegister(Register register, ulong value)
    {
        switch (register)
        {
            case Register.AH or Register.CH or Register.DH or Register.BH:
                ref ulong whole = ref _processor.General[register - Register.AH];
                whole = (whole & ~0xFF00UL) | (value & 0xFF) << 8;
                return;
            case Register.CR3:
                _processor.Cr3 = value;
                return;
            case Register.CR8:
                _processor.Cr8 = value;
                return;
        }

        if (!register.IsGPR()) throw new ProcessorFaultException(NtStatus.IllegalInstruction);
        int size = register.GetSize();
        ulong mask = ArithmeticUnit.Mask(size);
        ref ulong cell = ref _processor.General[Number(register)];
        // A 32-bit result clears the upper half; 8 and 16-bit results leave the rest alone (SDM 1, 3.4.1.1).
        cell = size >= 4 ? value & mask : (cell & ~mask) | (value & mask);
    }

    private static int Number(Register register) => register.GetFullRegister() - Register.RAX;

    private ulong EffectiveAddress(bool withSegment)
    {
        ulong address = _instruction.MemoryDisplacement64;
        Register baseRegister = _instruction.MemoryBase;
        // Iced gives the target itself as the displacement of an RIP-relative operand.
        if (baseRegister is not Register.None and not Register.RIP) address = unchecked(address + ReadRegister(baseRegister));
        if (_instruction.MemoryIndex != Register.None)
            address = unchecked(address + ReadRegister(_instruction.MemoryIndex) * (ulong)_instruction.MemoryIndexScale);
        if (!withSegment) return address;
        if (_instruction.SegmentPrefix == Register.GS) address = unchecked(address + _processor.GsBase);
        else if (_instruction.SegmentPrefix == Register.FS) address = unchecked(address + _processor.FsBase);
        return address;
    }

    private ulong ReadMemory(ulong address, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        int done = AddressSpace.Read(_memory, _processor.Cr3, address, bytes[..size]);
        if (done != size) throw new ProcessorFaultException(ProcessorFaultException.AccessRead, unchecked(address + (ulong)done));
        _processor.Debug.NoteAccess(address, size, write: false);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private void WriteMemory(ulong address, int size, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        // Both ends are tried before anything changes: an operand may cross into a page that faults.
        RequireWritable(address);
        RequireWritable(unchecked(address + (ulong)size - 1));
        AddressSpace.Write(_memory, _processor.Cr3, address, bytes[..size]);
        _processor.Debug.NoteAccess(address, size, write: true);
    }

    private void RequireWritable(ulong address)
    {
        bool mapped = PageTables.TryTranslate(_memory, _processor.Cr3, address, out _, out ulong entry);
        if (!mapped || (entry & PageTables.Writable) == 0) throw new ProcessorFaultException(ProcessorFaultException.AccessWrite, address);
    }
}
