namespace NetKd.Commands.Types;

/// <summary>The registers of the frame whose variables are looked at.</summary>
internal interface IFrameRegisters
{
    /// <summary>True for the innermost frame: writing its registers changes the processor's.</summary>
    bool IsWritable { get; }

    /// <summary>On 32-bit x86 the address of the frame's return address, which symbols call <c>$T0</c>; 0 when unknown.</summary>
    ulong VirtualFrame { get; }

    /// <summary>A register's bytes, little-endian; null when it is unknown in this frame.</summary>
    ReadOnlyMemory<byte>? Read(string register);
}
