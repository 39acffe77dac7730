namespace NetKd.Engine.Modules;

/// <summary>Where a module's names come from.</summary>
public enum SymbolStatus
{
    /// <summary>Nobody has asked yet.</summary>
    Deferred,
    /// <summary>From a PDB of public names.</summary>
    Pdb,
    /// <summary>From a PDB with functions, variables and lines.</summary>
    PrivatePdb,
    /// <summary>From the image's exports.</summary>
    Export,
    /// <summary>From what a Linux kernel keeps of itself.</summary>
    Kallsyms,
    /// <summary>There are none.</summary>
    None,
}
