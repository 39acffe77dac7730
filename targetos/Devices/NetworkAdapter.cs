namespace NetKd.TargetOs.Devices;

/// <summary>What the network needs of an adapter. A class of its own so that hosted tests can put frames where the wire would.</summary>
internal abstract class NetworkAdapter
{
    /// <summary>The six bytes of the adapter's own address.</summary>
    public abstract ReadOnlySpan<byte> HardwareAddress { get; }

    /// <summary>Physical address of the register blocks: a debugger may access them.</summary>
    public virtual ulong RegistersPhysical => 0;

    /// <summary>Bytes of the register blocks.</summary>
    public virtual ulong RegisterSpace => 0;

    /// <summary>Takes one frame, without its checksum. Returns its length, 0 when none is there; damaged and oversized frames are dropped.</summary>
    public abstract int Receive(Span<byte> frame);

    /// <summary>Sends one frame; short ones are padded. Loss is silent, as on any network.</summary>
    public abstract void Send(ReadOnlySpan<byte> frame);
}
