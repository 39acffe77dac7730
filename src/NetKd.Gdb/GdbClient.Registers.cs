namespace NetKd.Gdb;

/// <summary>Registers of a processor, all at once as the stub keeps them.</summary>
public sealed partial class GdbClient
{
    /// <summary>
    /// Reads all registers of a processor into one block: each at its <see cref="GdbRegister.Offset"/>, in the target's byte order. Registers that the
    /// stub does not give with the others stay zero. Returns how many bytes it gave.
    /// </summary>
    public int ReadRegisters(string thread, Span<byte> block)
    {
        block.Clear();
        Select(thread);
        ReadOnlySpan<byte> answer = Ask("g");
        if (IsError(answer) && answer.Length == 3) return 0;
        // An x stands for a digit of a register that is not available: such registers read as zero.
        int bytes = Math.Min(answer.Length / 2, block.Length);
        for (int i = 0; i < bytes; i++)
        {
            int high = Hex.Value(answer[2 * i]), low = Hex.Value(answer[2 * i + 1]);
            block[i] = high < 0 || low < 0 ? (byte)0 : (byte)(high << 4 | low);
        }

        return bytes;
    }

    /// <summary>
    /// Reads single registers, those that a stub does not give with the others, into such a block. One that it refuses becomes zero.
    /// </summary>
    public void ReadRegisters(string thread, IReadOnlyList<GdbRegister> registers, Span<byte> block)
    {
        ArgumentNullException.ThrowIfNull(registers);
        if (registers.Count == 0) return;
        CollectAhead();
        Select(thread);
        int depth = TakesSeveral ? MaxUnderWay : 1, asked = 0;
        for (int done = 0; done < registers.Count; done++)
        {
            for (; asked < registers.Count && asked - done < depth; asked++)
            {
                Requests++;
                _channel.Send($"p{registers[asked].Number:x}");
            }

            Span<byte> value = block.Slice(registers[done].Offset, registers[done].Size);
            value.Clear();
            ReadOnlySpan<byte> answer = Await("p");
            if (!IsError(answer) || answer.Length != 3) Hex.Decode(answer, value);
        }
    }

    /// <summary>Writes one register; false when the stub refuses.</summary>
    public bool TryWriteRegister(string thread, GdbRegister register, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(register);
        Select(thread);
        return Ask($"P{register.Number:x}={Hex.Encode(value[..register.Size])}").SequenceEqual("OK"u8);
    }
}
