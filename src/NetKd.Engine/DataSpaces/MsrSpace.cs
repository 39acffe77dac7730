using NetKd.Engine.Session;

namespace NetKd.Engine.DataSpaces;

/// <summary>Model-specific registers of the processor that the target stopped on.</summary>
public sealed class MsrSpace
{
    private readonly DebugClient _client;

    internal MsrSpace(DebugClient client) => _client = client;

    /// <summary>Reads a register. False when the target refuses.</summary>
    public bool TryRead(uint register, out ulong value)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            Span<byte> request = calls.Begin(ManipulateApi.DbgKdReadMachineSpecificRegister, _client.Processors.Current);
            ManipulateUnion.WriteUInt32(request, ManipulateUnion.Msr, register);
            uint status = calls.Exchange(out ReadOnlySpan<byte> reply);
            value = (ulong)ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MsrHigh) << 32 | ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MsrLow);
            return NtStatus.IsSuccess(status);
        }
    }

    /// <summary>Writes a register. False when the target refuses.</summary>
    public bool TryWrite(uint register, ulong value)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            Span<byte> request = calls.Begin(ManipulateApi.DbgKdWriteMachineSpecificRegister, _client.Processors.Current);
            ManipulateUnion.WriteUInt32(request, ManipulateUnion.Msr, register);
            ManipulateUnion.WriteUInt32(request, ManipulateUnion.MsrLow, unchecked((uint)value));
            ManipulateUnion.WriteUInt32(request, ManipulateUnion.MsrHigh, (uint)(value >> 32));
            return NtStatus.IsSuccess(calls.Exchange(out _));
        }
    }
}
