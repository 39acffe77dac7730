namespace NetKd.Protocol.Contexts;

/// <summary>Where a register's value is kept.</summary>
public enum RegisterHome
{
    /// <summary>In the CONTEXT record.</summary>
    Context,
    /// <summary>In the special registers of control space.</summary>
    Special,
}

/// <summary>What a register is for.</summary>
public enum RegisterGroup
{
    /// <summary>General registers, program counter, flags.</summary>
    Integer,
    /// <summary>Segment registers.</summary>
    Segment,
    /// <summary>Floating point and MMX.</summary>
    FloatingPoint,
    /// <summary>128-bit vectors.</summary>
    Vector,
    /// <summary>Debug registers.</summary>
    Debug,
    /// <summary>Control registers and descriptor tables.</summary>
    Control,
    /// <summary>A part of another register, or a flag.</summary>
    Part,
}

/// <summary>A register by name: where its bits stand, little-endian.</summary>
/// <param name="Name">The name that people type.</param>
/// <param name="Home">Which record holds it.</param>
/// <param name="Offset">Byte offset in that record.</param>
/// <param name="Bits">How many bits.</param>
/// <param name="Shift">The lowest bit, counted from the offset.</param>
/// <param name="Group">What it is for.</param>
public sealed record RegisterDefinition(string Name, RegisterHome Home, int Offset, int Bits, int Shift, RegisterGroup Group);
