using System.Diagnostics.CodeAnalysis;
using NetKd.Symbols.Scopes;
using NetKd.Symbols.Types;

namespace NetKd.Symbols;

/// <summary>How much a symbol file knows.</summary>
public enum SymbolDetail
{
    /// <summary>Functions, variables, types, lines (lm: "private pdb symbols").</summary>
    Private,
    /// <summary>Public names only, perhaps with types (lm: "pdb symbols").</summary>
    Public,
    /// <summary>The image's exports (lm: "export symbols").</summary>
    Exports,
    /// <summary>The names that a Linux kernel keeps of itself, perhaps with its types (lm: "kallsyms").</summary>
    Kallsyms,
}

/// <summary>
/// The names of one image from one file. All offsets are bytes from the image's base (relative virtual addresses). What a look-up needs is
/// read when it is needed; a damaged part gives fewer answers, never an exception. Safe to use from several threads at once, so that the
/// targets of one process share it.
/// </summary>
public abstract class SymbolFile : IDisposable
{
    /// <summary>The file's path.</summary>
    public abstract string Path { get; }

    /// <summary>How much it knows.</summary>
    public abstract SymbolDetail Detail { get; }

    /// <summary>Its types, or null when it has none.</summary>
    public virtual TypeTable? Types => null;

    /// <summary>True when it maps addresses to source lines.</summary>
    public virtual bool HasLines => false;

    /// <summary>
    /// The symbol that holds an offset, else the nearest one that begins before it in the same section. Of several at one place, the one
    /// that says most: a function before a public name. False when there is none.
    /// </summary>
    public abstract bool TryFindNearest(uint offset, out Symbol symbol);

    /// <summary>The first symbol that begins after an offset.</summary>
    public abstract bool TryFindNext(uint offset, out Symbol symbol);

    /// <summary>All symbols that begin exactly at an offset, best first; folded functions have several.</summary>
    public abstract IReadOnlyList<Symbol> FindAt(uint offset);

    /// <summary>Symbols of a name, without decoration or as linkers decorate it: exact case first, any case where none is exact. Several for overloads.</summary>
    public abstract IReadOnlyList<Symbol> Find(string name);

    /// <summary>Symbols whose names match a pattern with * and ?, letter case not counting; each place and name once.</summary>
    public abstract IEnumerable<Symbol> Match(string pattern);

    /// <summary>The function that holds an offset, with its blocks, variables and inlined calls; null when the file does not know it.</summary>
    public virtual FunctionScope? FindFunction(uint offset) => null;

    /// <summary>The source line of an offset.</summary>
    public virtual bool TryFindLine(uint offset, [NotNullWhen(true)] out SourceLine? line)
    {
        line = null;
        return false;
    }

    /// <summary>
    /// The lines of a source file, given by any trailing part of its path (<c>main.c</c>, <c>net/udp.c</c>), letter case and slash direction not
    /// counting: the entries of the wanted line, else of the next line that has code. Several where a line was compiled into several places.
    /// </summary>
    public virtual IReadOnlyList<SourceLine> FindLines(string file, uint line) => [];

    /// <summary>The source files by name, each once.</summary>
    public virtual IReadOnlyList<string> SourceFiles => [];

    /// <summary>How a 32-bit x86 function keeps its frame, by FPO or frame data; null when the file does not say.</summary>
    public virtual X86FrameData? FindX86Frame(uint offset) => null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the file.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
