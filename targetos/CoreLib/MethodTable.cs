using System.Runtime.InteropServices;

namespace System.Runtime;

/// <summary>The head of ILC's type record (version 10.0.14), as far as allocation needs it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MethodTable
{
#pragma warning disable CS0649 // Laid out in the image by ILC.
    /// <summary>Low 16 bits: bytes of an array element. The rest are flags.</summary>
    public uint Flags;

    /// <summary>Bytes of an instance, of an array without its elements.</summary>
    public uint BaseSize;

    /// <summary>The base type of a class, the element type of an array.</summary>
    public MethodTable* RelatedType;
#pragma warning restore CS0649

    public readonly uint ComponentSize => Flags & 0xFFFF;
}
