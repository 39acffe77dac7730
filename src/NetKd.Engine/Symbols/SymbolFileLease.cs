using NetKd.Symbols;

namespace NetKd.Engine.Symbols;

/// <summary>The right to use a symbol file that others may use too. Dispose it when the file is no longer needed; a second time does nothing.</summary>
public sealed class SymbolFileLease : IDisposable
{
    private Action? _release;

    internal SymbolFileLease(SymbolFile file, Action? release)
    {
        File = file;
        _release = release;
    }

    /// <summary>A lease on a file that nobody shares; the file is closed with it.</summary>
    public static SymbolFileLease Own(SymbolFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new SymbolFileLease(file, file.Dispose);
    }

    /// <summary>The file.</summary>
    public SymbolFile File { get; }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
