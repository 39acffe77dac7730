using System.Buffers.Binary;
using Iced.Intel;

namespace NetKd.Target.Simulation;

/// <summary>
/// UNWIND_INFO of amd64 functions (PE format, "x64 exception handling"): what a debugger needs to walk the stack without symbols.
/// </summary>
internal static class UnwindInformation
{
    private const byte Version = 1;
    private const int PushNonvolatile = 0;
    private const int AllocateSmall = 2;
    private const int PushMachineFrame = 10;

    /// <summary>Bytes of the prolog that <see cref="ImageFunction"/> emits.</summary>
    public static int PrologSize(ImageFunction function)
    {
        int size = 0;
        foreach (Register register in function.Saved) size += PushSize(register);
        return size + (function.StackBytes == 0 ? 0 : AllocateSize);
    }

    /// <summary>Builds the record, padded to four bytes.</summary>
    public static byte[] Build(ImageFunction function)
    {
        // Codes stand in reverse order of the prolog; each has the offset behind its instruction.
        var codes = new List<ushort>();
        int offset = 0;
        if (function.HasMachineFrame) codes.Add((ushort)(PushMachineFrame << 8));
        foreach (Register register in function.Saved)
        {
            offset += PushSize(register);
            codes.Add((ushort)(offset | (PushNonvolatile | (register - Register.RAX) << 4) << 8));
        }

        if (function.StackBytes != 0)
        {
            offset += AllocateSize;
            codes.Add((ushort)(offset | (AllocateSmall | (function.StackBytes / 8 - 1) << 4) << 8));
        }

        codes.Reverse();
        byte[] record = new byte[4 + (codes.Count + 1) / 2 * 4];
        record[0] = Version;
        record[1] = (byte)offset;
        record[2] = (byte)codes.Count;
        for (int i = 0; i < codes.Count; i++) BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(4 + i * 2), codes[i]);
        return record;
    }

    // SUB RSP, imm8.
    private const int AllocateSize = 4;

    private static int PushSize(Register register) => register >= Register.R8 ? 2 : 1;
}
