using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>
/// A value of a type: bytes that are known, a place where they can be read, or neither when the compiler left no value. What is in memory is
/// read only when somebody needs it, and then the whole value at once, so that <c>a-&gt;b.c[3]</c> costs one request and <c>sizeof</c> none.
/// </summary>
public sealed class TypedValue
{
    /// <summary>The most bytes of one value that are read: a size that a damaged type table claims must not read the target's whole memory.</summary>
    public const int MaxBytes = 1 << 20;

    private TypedValue(TypeInfo type, ValuePlace? place, ReadOnlyMemory<byte>? bytes)
    {
        Type = type;
        Place = place;
        Bytes = bytes;
    }

    /// <summary>The type.</summary>
    public TypeInfo Type { get; }

    /// <summary>Where the value can be written; null for a result of a computation.</summary>
    public ValuePlace? Place { get; }

    /// <summary>Its bytes, little-endian, when they are known already; those that could be read when they end early.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; }

    /// <summary>Its address, or null when it is not in memory.</summary>
    public ulong? Address => (Place as MemoryPlace)?.Address;

    /// <summary>False for a variable that has no value here: optimised away.</summary>
    public bool IsAvailable => Place is not null || Bytes is not null;

    /// <summary>A value in memory.</summary>
    public static TypedValue InMemory(TypeInfo type, ulong address) => new(type, new MemoryPlace(address), null);

    /// <summary>A value whose bytes were read from memory.</summary>
    public static TypedValue InMemory(TypeInfo type, ulong address, ReadOnlyMemory<byte> bytes) => new(type, new MemoryPlace(address), bytes);

    /// <summary>A value in a register; bytes beyond the register are not known.</summary>
    public static TypedValue InRegister(TypeInfo type, string register, ReadOnlyMemory<byte> bytes) => new(type, new RegisterPlace(register), bytes);

    /// <summary>A value that is nowhere: a result.</summary>
    public static TypedValue OfBytes(TypeInfo type, ReadOnlyMemory<byte> bytes) => new(type, null, bytes);

    /// <summary>A variable without a value.</summary>
    public static TypedValue Unavailable(TypeInfo type) => new(type, null, null);

    /// <summary>An integer, pointer or enumerator, cut to the size of its type.</summary>
    public static TypedValue OfInteger(TypeInfo type, ulong bits)
    {
        byte[] bytes = new byte[(int)Math.Min(type.Size, 16)];
        for (int i = 0; i < Math.Min(bytes.Length, 8); i++) bytes[i] = unchecked((byte)(bits >> (8 * i)));
        return new TypedValue(type, null, bytes);
    }

    /// <summary>A floating-point number of 4 or 8 bytes.</summary>
    public static TypedValue OfFloat(TypeInfo type, double number) =>
        new(type, null, type.Size == 4 ? BitConverter.GetBytes((float)number) : BitConverter.GetBytes(number));

    /// <summary>The same place and bytes seen as another type.</summary>
    public TypedValue As(TypeInfo type) => new(type, Place, Bytes);

    /// <summary>A part of it, by its distance in bytes: a field or element.</summary>
    public TypedValue Part(TypeInfo type, ulong offset)
    {
        ReadOnlyMemory<byte>? bytes = null;
        if (Bytes is { } all)
        {
            int start = (int)Math.Min(offset, (ulong)all.Length);
            bytes = all.Slice(start, (int)Math.Min(type.Size, (ulong)(all.Length - start)));
        }

        return Address is ulong address ? new TypedValue(type, new MemoryPlace(unchecked(address + offset)), bytes) : new TypedValue(type, null, bytes);
    }
}
