using System.Diagnostics.CodeAnalysis;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>
/// A table of one type, for the types that an expression composes itself: <c>(_EPROCESS*)</c> and <c>&amp;x</c> are pointers that no file
/// may have.
/// </summary>
internal sealed class ComposedTypes(TypeInfo target) : TypeTable
{
    /// <summary>A pointer to a type.</summary>
    public static PointerType PointerTo(TypeInfo target, int size, PointerKind kind = PointerKind.Pointer) => new(new ComposedTypes(target), 0, kind, (uint)size);

    /// <summary>An array of a type.</summary>
    public static ArrayType ArrayOf(TypeInfo element, ulong count) => new(new ComposedTypes(element), 0, unchecked(element.Size * count));

    public override TypeInfo Get(uint index) => target;

    public override bool TryFind(string name, [NotNullWhen(true)] out TypeInfo? type)
    {
        type = null;
        return false;
    }

    public override IEnumerable<TypeInfo> Match(string pattern) => [];
}
