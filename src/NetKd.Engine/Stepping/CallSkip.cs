using Iced.Intel;
using NetKd.Protocol.Contexts;

namespace NetKd.Engine.Stepping;

/// <summary>What a step over treats as one: a call, or a repeated string instruction.</summary>
internal static class CallSkip
{
    // Of amd64: call rax, and call [rip+x] with a REX prefix.
    private const int ShortestCall = 2;
    private const int LongestCall = 8;

    private const int LongestInstruction = 15;

    /// <summary>The address behind the instruction, when it is one to be stepped over.</summary>
    public static bool TryFindReturn(DebugClient client, ulong address, out ulong after)
    {
        after = 0;
        if (client.Target.MachineType == ContextLayout.MachineArm64) return TryFindArm64Return(client, address, out after);
        int bitness = client.Target.MachineType switch
        {
            ContextLayout.MachineAmd64 => 64,
            ContextLayout.MachineX86 => 32,
            _ => 0,
        };
        if (bitness == 0) return false;
        byte[] bytes = new byte[LongestInstruction];
        int length = client.Virtual.Read(address, bytes);
        if (length == 0) return false;
        Decoder decoder = Decoder.Create(bitness, new ByteArrayCodeReader(bytes, 0, length), address);
        decoder.Decode(out Instruction instruction);
        if (instruction.IsInvalid) return false;
        bool call = instruction.FlowControl is FlowControl.Call or FlowControl.IndirectCall;
        bool repeated = instruction.HasRepPrefix || instruction.HasRepnePrefix;
        if (!call && !(repeated && instruction.IsStringInstruction)) return false;
        after = unchecked(address + (ulong)instruction.Length);
        return true;
    }

    /// <summary>True for an address behind an instruction that calls: where a call returns to.</summary>
    public static bool IsBehindCall(DebugClient client, ulong address)
    {
        (int shortest, int longest) = client.Target.MachineType == ContextLayout.MachineArm64 ? (4, 4) : (ShortestCall, LongestCall);
        for (int length = shortest; length <= longest; length++)
        {
            if (TryFindReturn(client, unchecked(address - (ulong)length), out ulong after) && after == address) return true;
        }

        return false;
    }

    private static bool TryFindArm64Return(DebugClient client, ulong address, out ulong after)
    {
        after = unchecked(address + 4);
        return client.Virtual.TryReadInteger(address, 4, out ulong word) && Arm64Flow.Of(address, (uint)word).Flow is FlowControl.Call or FlowControl.IndirectCall;
    }
}
