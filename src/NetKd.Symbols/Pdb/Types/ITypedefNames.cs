namespace NetKd.Symbols.Pdb.Types;

/// <summary>The typedefs of a PDB: names that stand for a type. They are in the stream of globals, not in that of types. Safe to use from several threads.</summary>
public interface ITypedefNames
{
    /// <summary>The type that a name stands for, letter case counting.</summary>
    bool TryFind(string name, out uint typeIndex);

    /// <summary>All names with the index of what they stand for.</summary>
    IEnumerable<KeyValuePair<string, uint>> All { get; }
}
