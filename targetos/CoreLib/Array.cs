using System.Runtime.InteropServices;

namespace System;

/// <summary>The base of every array: ILC puts the element count right after the type pointer.</summary>
public abstract class Array
{
#pragma warning disable CS0649 // Set by the allocator, through the object's memory.
    internal int _numComponents;
#pragma warning restore CS0649

    public int Length => _numComponents;
}

/// <summary>The class that ILC derives the types of one-dimensional arrays from.</summary>
internal class Array<T> : Array
{
}

/// <summary>The memory of any array: the count, padding, then the elements.</summary>
[StructLayout(LayoutKind.Sequential)]
internal sealed class RawArrayData
{
#pragma warning disable CS0649
    public uint Length;
    public uint Padding;
    public byte Data;
#pragma warning restore CS0649
}
