namespace NetKd.Symbols.Pdb.Types;

/// <summary>Other names for the types of a table than their records have. Safe to use from several threads.</summary>
internal interface ITypeNaming
{
    /// <summary>What a record's name is shown as.</summary>
    string Display(string recordName);

    /// <summary>The records' names that a user may mean.</summary>
    IReadOnlyList<string> Resolve(string typed);
}
