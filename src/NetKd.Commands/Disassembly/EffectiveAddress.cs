using Iced.Intel;

namespace NetKd.Commands.Disassembly;

/// <summary>What follows the instruction at a stop: the memory it will use, or whether its branch is taken.</summary>
internal static class EffectiveAddress
{
    /// <summary><c> ss:0018:fffff803`11003008=00000001</c>, <c> [br=1]</c>, or nothing.</summary>
    public static string Describe(in Instruction instruction, DebugClient client)
    {
        if (instruction.FlowControl == FlowControl.ConditionalBranch)
            return ConditionHolds(instruction.ConditionCode, client) is { } taken ? $" [br={(taken ? 1 : 0)}]" : "";
        for (int operand = 0; operand < instruction.OpCount; operand++)
        {
            if (instruction.GetOpKind(operand) == OpKind.Memory && instruction.Mnemonic is not (Mnemonic.Lea or Mnemonic.Nop))
                return Operand(instruction, operand, client);
        }

        return "";
    }

    private static string Operand(in Instruction instruction, int operand, DebugClient client)
    {
        // The bases of fs and gs are not among the registers of a context; a wrong address would be worse than none.
        if (instruction.MemorySegment is Register.FS or Register.GS) return "";
        bool TryRead(Register register, int elementIndex, int elementSize, out ulong value) => Read(register, client, out value);
        if (!instruction.TryGetVirtualAddress(operand, 0, out ulong address, TryRead)) return "";
        string segment = instruction.MemorySegment.ToString().ToLowerInvariant();
        Read(instruction.MemorySegment, client, out ulong selector, asSelector: true);
        int size = instruction.MemorySize.GetSize();
        string value = "";
        if (size is 1 or 2 or 4 or 8)
        {
            Span<byte> bytes = stackalloc byte[8];
            bool read = client.Virtual.Read(address, bytes[..size]) == size;
            value = "=" + (read ? MemoryText.Value(bytes[..size]).Replace("`", "", StringComparison.Ordinal) : new string('?', size * 2));
        }

        return $" {segment}:{selector:x4}:{AddressText.Format(address, client.Target.PointerSize)}{value}";
    }

    private static bool Read(Register register, DebugClient client, out ulong value, bool asSelector = false)
    {
        value = 0;
        if (!asSelector && register.IsSegmentRegister()) return true;
        bool found = client.Registers.TryRead(register.ToString().ToLowerInvariant(), out RegisterValue read);
        value = read.Low;
        return found;
    }

    private static bool? ConditionHolds(ConditionCode condition, DebugClient client)
    {
        bool Flag(string name) => client.Registers.TryRead(name, out RegisterValue value) && value.Low != 0;
        return condition switch
        {
            ConditionCode.o => Flag("of"),
            ConditionCode.no => !Flag("of"),
            ConditionCode.b => Flag("cf"),
            ConditionCode.ae => !Flag("cf"),
            ConditionCode.e => Flag("zf"),
            ConditionCode.ne => !Flag("zf"),
            ConditionCode.be => Flag("cf") || Flag("zf"),
            ConditionCode.a => !Flag("cf") && !Flag("zf"),
            ConditionCode.s => Flag("sf"),
            ConditionCode.ns => !Flag("sf"),
            ConditionCode.p => Flag("pf"),
            ConditionCode.np => !Flag("pf"),
            ConditionCode.l => Flag("sf") != Flag("of"),
            ConditionCode.ge => Flag("sf") == Flag("of"),
            ConditionCode.le => Flag("zf") || Flag("sf") != Flag("of"),
            ConditionCode.g => !Flag("zf") && Flag("sf") == Flag("of"),
            _ => null,
        };
    }
}
