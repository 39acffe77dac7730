namespace NetKd.Commands.Text;

/// <summary>Which registers <c>r</c> shows, with the bit values of <c>rM</c> (facts: kernel-debugging-docs, D.3).</summary>
[Flags]
public enum RegisterMask : uint
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Integer registers in 32 bits.</summary>
    Integer32 = 1,
    /// <summary>Integer registers in 64 bits.</summary>
    Integer64 = 2,
    /// <summary>Floating-point registers.</summary>
    FloatingPoint = 4,
    /// <summary>Segment registers and flags.</summary>
    Segments = 8,
    /// <summary>MMX registers.</summary>
    Mmx = 0x10,
    /// <summary>Debug registers.</summary>
    Debug = 0x20,
    /// <summary>XMM registers.</summary>
    Xmm = 0x40,
    /// <summary>Control registers.</summary>
    Control = 0x80,
    /// <summary>Descriptor tables and the task register.</summary>
    Descriptors = 0x100,
    /// <summary>Everything that is defined.</summary>
    All = 0x1ff,
    /// <summary>What a stop and a plain <c>r</c> show.</summary>
    Default = Integer64 | Segments,
}
