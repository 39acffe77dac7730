using NetKd.Symbols.Images;
using NetKd.Symbols.Stores;

namespace NetKd.Engine.Symbols;

/// <summary>What is known of a module whose symbols are wanted.</summary>
/// <param name="ModuleName">The module's name, for messages.</param>
/// <param name="Image">The image file by name, time stamp and size.</param>
/// <param name="Pdb">The PDB that the image names; null when it names none or its debug directory cannot be read.</param>
/// <param name="WhyNoPdb">Why there is none, in words; empty when there is one.</param>
/// <param name="AllowsMismatch">A PDB of the name but of another build is wanted rather than none (<c>.reload /i</c>).</param>
public sealed record SymbolRequest(string ModuleName, ImageIdentity Image, PdbIdentity? Pdb, string WhyNoPdb, bool AllowsMismatch);

/// <summary>What a search for symbols gave.</summary>
/// <param name="File">The file; null when there is none.</param>
/// <param name="Reason">Why there is none, or what is wrong with the one there is, in one line; empty when all is well.</param>
/// <param name="IsMismatched">The file is of another build than the image.</param>
public sealed record FoundSymbols(SymbolFileLease? File, string Reason, bool IsMismatched = false);

/// <summary>Finds and opens the symbol files of modules. Called from any thread; a search may take as long as a download.</summary>
public abstract class SymbolSource
{
    /// <summary>Looks along a symbol path. What is not found is an answer with its reason, not an exception.</summary>
    public abstract Task<FoundSymbols> FindAsync(SymbolRequest request, SymbolPath path, CancellationToken cancellation);

    /// <summary>Forgets what was not found before, so that the next search asks again (.reload).</summary>
    public virtual void Forget()
    {
    }
}
