namespace NetKd.Symbols.Types;

/// <summary>All types that one file describes, by index and by name. Safe to use from several threads.</summary>
public abstract class TypeTable
{
    /// <summary>
    /// The type of an index. A declaration is answered with its definition where the file has one. An index that is out of range, or whose
    /// record is damaged, gives a type of kind <see cref="BasicKind.Unknown"/> whose name says so; it never throws.
    /// </summary>
    public abstract TypeInfo Get(uint index);

    /// <summary>Finds a structure, class, union, enumeration or typedef by its full name, case-sensitive.</summary>
    public abstract bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TypeInfo? type);

    /// <summary>Structures, unions, classes, enumerations and typedefs whose names match a pattern with * and ?, letter case not counting.</summary>
    public abstract IEnumerable<TypeInfo> Match(string pattern);
}
