// The types that the C# compiler and ILC know by name and that have no behaviour of their own here.
// They are kept in one file because none of them carries an idea: the compilers ask for them, nobody reads them.
namespace System;

/// <summary>The root class. Its only field is the type pointer that ILC puts at the start of every object.</summary>
public unsafe class Object
{
#pragma warning disable CS0649 // Set by the allocator, through the object's memory.
    internal Runtime.MethodTable* TypePointer;
#pragma warning restore CS0649

    public Object()
    {
    }

    ~Object()
    {
    }
}

public struct Void
{
}

public struct Boolean
{
}

public struct Char
{
}

public struct SByte
{
}

public struct Byte
{
}

public struct Int16
{
}

public struct UInt16
{
    public const ushort MaxValue = 0xFFFF;
}

public struct Int32
{
    public const int MaxValue = 0x7FFFFFFF;
    public const int MinValue = unchecked((int)0x80000000);
}

public struct UInt32
{
    public const uint MaxValue = 0xFFFFFFFF;
}

public struct Int64
{
    public const long MaxValue = 0x7FFFFFFFFFFFFFFF;
    public const long MinValue = unchecked((long)0x8000000000000000);
}

public struct UInt64
{
    public const ulong MaxValue = 0xFFFFFFFFFFFFFFFF;
}

public struct IntPtr
{
}

public struct UIntPtr
{
}

public struct Single
{
}

public struct Double
{
}

public abstract class ValueType
{
}

public abstract class Enum : ValueType
{
}

public struct Nullable<T>
    where T : struct
{
#pragma warning disable CS0169 // The compilers read and write these by their place.
    private readonly bool _hasValue;
    private readonly T _value;
#pragma warning restore CS0169
}

public abstract class Delegate
{
}

public abstract class MulticastDelegate : Delegate
{
}

public abstract class Type
{
}

/// <summary>The JIT asks for this class when it compares references; there are no type objects here.</summary>
internal abstract class RuntimeType : Type
{
}

public class Exception
{
}

public struct RuntimeTypeHandle
{
#pragma warning disable CS0169
    private readonly nint _value;
#pragma warning restore CS0169
}

public struct RuntimeMethodHandle
{
}

public struct RuntimeFieldHandle
{
}

public interface IDisposable
{
    void Dispose();
}
