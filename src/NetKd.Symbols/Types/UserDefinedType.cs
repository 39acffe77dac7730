namespace NetKd.Symbols.Types;

/// <summary>Which word declares a user-defined type.</summary>
public enum UserDefinedKind
{
    /// <summary>struct.</summary>
    Structure,
    /// <summary>class.</summary>
    Class,
    /// <summary>union.</summary>
    Union,
    /// <summary>A COM-like interface.</summary>
    Interface,
}

/// <summary>A structure, class or union. Its lists are read at the first use.</summary>
public abstract class UserDefinedType : TypeInfo
{
    /// <summary>struct, class or union.</summary>
    public abstract UserDefinedKind Kind { get; }

    /// <summary>True when only its name is known; a table gives the definition instead wherever it has one.</summary>
    public abstract bool IsIncomplete { get; }

    /// <summary>Data members in the order of their declaration, static ones included; those of base classes are not.</summary>
    public abstract IReadOnlyList<Field> Fields { get; }

    /// <summary>Direct base classes in the order of their declaration.</summary>
    public abstract IReadOnlyList<BaseClass> Bases { get; }

    /// <summary>Member functions by name, overloads one by one.</summary>
    public abstract IReadOnlyList<MemberFunction> Functions { get; }

    /// <summary>True when an object begins with (or has) a pointer to virtual functions of its own.</summary>
    public abstract bool HasVirtualTable { get; }
}

/// <summary>A data member.</summary>
/// <param name="Name">Its name; empty for an unnamed structure or union.</param>
/// <param name="Type">Its type; a <see cref="BitFieldType"/> for a bit field.</param>
/// <param name="Offset">Bytes from the start of its structure; 0 for a static one.</param>
/// <param name="IsStatic">It is static: no part of the object, but a variable named <c>Type::Name</c>.</param>
public sealed record Field(string Name, TypeInfo Type, uint Offset, bool IsStatic);

/// <summary>A base class.</summary>
/// <param name="Type">The class.</param>
/// <param name="Offset">Bytes from the start of the derived one; meaningless for a virtual one.</param>
/// <param name="IsVirtual">It is a virtual base: where it is, only an object can tell.</param>
public sealed record BaseClass(TypeInfo Type, uint Offset, bool IsVirtual);

/// <summary>A member function.</summary>
/// <param name="Name">Its name without its class.</param>
/// <param name="Type">Return and parameters.</param>
/// <param name="IsStatic">It has no <c>this</c>.</param>
/// <param name="IsVirtual">It is virtual.</param>
public sealed record MemberFunction(string Name, TypeInfo Type, bool IsStatic, bool IsVirtual);
