namespace NetKd.Symbols.Names.Decoration;

/// <summary>How much of a decorated name is shown.</summary>
internal enum DecoratedNameStyle
{
    /// <summary>The name with its scopes.</summary>
    NameOnly,

    /// <summary>Access, type, calling convention, name and parameters.</summary>
    Declaration,
}
