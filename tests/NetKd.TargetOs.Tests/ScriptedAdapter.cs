using NetKd.TargetOs.Devices;

namespace NetKd.TargetOs.Tests;

/// <summary>An adapter whose wire is a test: frames put in come up, frames sent are kept.</summary>
internal sealed class ScriptedAdapter : NetworkAdapter
{
    public static readonly byte[] Own = [0x52, 0x54, 0, 0x12, 0x34, 0x56];

    /// <summary>Frames on their way to the machine.</summary>
    public Queue<byte[]> Incoming { get; } = [];

    /// <summary>Frames that the machine sent.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>Comes up again and again when nothing is queued: a network that never falls silent.</summary>
    public byte[]? Flood { get; set; }

    public override ReadOnlySpan<byte> HardwareAddress => Own;

    public override int Receive(Span<byte> frame)
    {
        if (!Incoming.TryDequeue(out byte[]? next)) next = Flood;
        if (next is null || next.Length > frame.Length) return 0;
        next.CopyTo(frame);
        return next.Length;
    }

    public override void Send(ReadOnlySpan<byte> frame) => Sent.Add(frame.ToArray());
}
