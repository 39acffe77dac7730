namespace NetKd.Symbols.Pdb.Types;

/// <summary>What an id of a PDB names.</summary>
public enum PdbIdKind
{
    /// <summary>A function that is no member.</summary>
    Function,
    /// <summary>A member function.</summary>
    MemberFunction,
    /// <summary>A text: a scope's name, a file's, a part of a command line.</summary>
    Text,
    /// <summary>Where in the sources a type is declared.</summary>
    SourceLine,
    /// <summary>How a compiland was compiled.</summary>
    BuildInformation,
}

/// <summary>A record of a PDB's IPI stream.</summary>
/// <param name="Kind">What it names.</param>
/// <param name="Name">A function's name with its scopes (<c>Outer::Function</c>); a text; a source line's file; a compiland's folder, compiler, file, PDB and switches, each on a line.</param>
/// <param name="TypeIndex">A function's type, or the type a source line declares; else 0.</param>
/// <param name="Line">A source line's number from 1; else 0.</param>
public readonly record struct PdbId(PdbIdKind Kind, string Name, uint TypeIndex = 0, uint Line = 0);
