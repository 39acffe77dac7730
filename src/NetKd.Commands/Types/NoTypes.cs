using System.Diagnostics.CodeAnalysis;

namespace NetKd.Commands.Types;

/// <summary>A session without symbol files.</summary>
internal sealed class NoTypes : ITypeScope
{
    public static readonly NoTypes Instance = new();

    public bool TryFindType(string name, [NotNullWhen(true)] out NamedType? type)
    {
        type = null;
        return false;
    }

    public IEnumerable<NamedType> MatchTypes(string pattern) => [];

    public bool TryFindLocal(string name, [NotNullWhen(true)] out TypedValue? value) => TryFindGlobal(name, out value);

    public bool TryFindGlobal(string name, [NotNullWhen(true)] out TypedValue? value)
    {
        value = null;
        return false;
    }
}
