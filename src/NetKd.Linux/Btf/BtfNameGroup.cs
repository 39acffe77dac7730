namespace NetKd.Linux.Btf;

/// <summary>What a name is of. Those of types come first, in the order in which they are preferred.</summary>
internal enum BtfNameGroup
{
    Structure,
    Union,
    Other,
    Typedef,
    Function,
    Variable,
}

/// <summary>Which kinds of records have a name that somebody looks for.</summary>
internal static class BtfNameGroups
{
    /// <summary>The group of a kind; null for kinds without a name of their own, and for declarations, which their definitions answer for.</summary>
    public static BtfNameGroup? Of(BtfKind kind) => kind switch
    {
        BtfKind.Structure => BtfNameGroup.Structure,
        BtfKind.Union => BtfNameGroup.Union,
        BtfKind.Enumeration or BtfKind.Enumeration64 or BtfKind.Integer or BtfKind.Float => BtfNameGroup.Other,
        BtfKind.Typedef => BtfNameGroup.Typedef,
        BtfKind.Function => BtfNameGroup.Function,
        BtfKind.Variable => BtfNameGroup.Variable,
        _ => null,
    };
}
