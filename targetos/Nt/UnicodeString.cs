using System.Runtime.InteropServices;
using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Nt;

/// <summary>UNICODE_STRING (winternl.h): lengths in bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct UnicodeString
{
    [FieldOffset(0)] public ushort Length;
    [FieldOffset(2)] public ushort MaximumLength;
    [FieldOffset(8)] public char* Buffer;

    /// <summary>Makes a string of ASCII text, with a terminator past its length.</summary>
    public static UnicodeString From(ReadOnlySpan<byte> ascii)
    {
        UnicodeString text;
        text.Length = (ushort)(2 * ascii.Length);
        text.MaximumLength = (ushort)(text.Length + 2);
        text.Buffer = (char*)Heap.Allocate(text.MaximumLength, 8);
        for (int i = 0; i < ascii.Length; i++) text.Buffer[i] = (char)ascii[i];
        return text;
    }
}
