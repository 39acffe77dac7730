using System.Runtime.InteropServices;

namespace System;

/// <summary>A literal string, laid out as ILC writes it into the image. There is no way to make one at run time.</summary>
[StructLayout(LayoutKind.Sequential)]
public sealed class String
{
#pragma warning disable CS0649 // Laid out in the image by ILC.
    private readonly int _stringLength;
    private readonly char _firstChar;
#pragma warning restore CS0649

    public int Length => _stringLength;

    public char this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_stringLength) Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowIndexOutOfRangeException();
            return Runtime.CompilerServices.Unsafe.Add(ref Runtime.CompilerServices.Unsafe.AsRef(in _firstChar), index);
        }
    }
}
