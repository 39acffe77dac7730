using Iced.Intel;

namespace NetKd.Target.Simulation;

/// <summary>The few vector instructions with which functions save, restore and clear whole registers of 128 bits.</summary>
public sealed partial class Interpreter
{
    private const int VectorBytes = 16;

    private bool ExecuteVector()
    {
        Span<byte> value = stackalloc byte[VectorBytes];
        switch (_instruction.Mnemonic)
        {
            case Mnemonic.Movaps or Mnemonic.Movdqa or Mnemonic.Movups or Mnemonic.Movdqu:
                bool aligned = _instruction.Mnemonic is Mnemonic.Movaps or Mnemonic.Movdqa;
                ReadVector(1, aligned, value);
                WriteVector(0, aligned, value);
                return true;
            case Mnemonic.Xorps or Mnemonic.Pxor:
                Span<byte> other = stackalloc byte[VectorBytes];
                ReadVector(0, aligned: true, value);
                ReadVector(1, aligned: true, other);
                for (int i = 0; i < VectorBytes; i++) value[i] ^= other[i];
                WriteVector(0, aligned: true, value);
                return true;
            default:
                return false;
        }
    }

    private Span<byte> Vector(Register register)
    {
        if (!register.IsXMM()) throw new ProcessorFaultException(NtStatus.IllegalInstruction);
        return _processor.Vectors.AsSpan((register - Register.XMM0) * VectorBytes, VectorBytes);
    }

    private ulong VectorAddress(bool aligned)
    {
        ulong address = EffectiveAddress(withSegment: true);
        // A general-protection fault, which NT reports as an access violation at the highest address.
        if (aligned && address % VectorBytes != 0) throw new ProcessorFaultException(ProcessorFaultException.AccessRead, ulong.MaxValue);
        return address;
    }

    private void ReadVector(int operand, bool aligned, Span<byte> value)
    {
        if (_instruction.GetOpKind(operand) == OpKind.Register)
        {
            Vector(_instruction.GetOpRegister(operand)).CopyTo(value);
            return;
        }

        ulong address = VectorAddress(aligned);
        int done = AddressSpace.Read(_memory, _processor.Cr3, address, value);
        if (done != value.Length) throw new ProcessorFaultException(ProcessorFaultException.AccessRead, unchecked(address + (ulong)done));
        _processor.Debug.NoteAccess(address, VectorBytes, write: false);
    }

    private void WriteVector(int operand, bool aligned, ReadOnlySpan<byte> value)
    {
        if (_instruction.GetOpKind(operand) == OpKind.Register)
        {
            value.CopyTo(Vector(_instruction.GetOpRegister(operand)));
            return;
        }

        ulong address = VectorAddress(aligned);
        RequireWritable(address);
        RequireWritable(unchecked(address + VectorBytes - 1));
        AddressSpace.Write(_memory, _processor.Cr3, address, value);
        _processor.Debug.NoteAccess(address, VectorBytes, write: true);
    }
}
