using NetKd.Linux.Btf;
using NetKd.Symbols;
using NetKd.Symbols.Types;

namespace NetKd.Linux.Kallsyms;

/// <summary>The names that a Linux kernel keeps of itself, or of a module, as a symbol file.</summary>
/// <param name="path">Where the names are from, for display.</param>
/// <param name="baseAddress">Where the image begins.</param>
/// <param name="names">The names.</param>
/// <param name="readTypes">Reads its types at the first use, from whatever thread; gives null when it has none.</param>
public sealed class KallsymsFile(string path, ulong baseAddress, KernelNames names, Func<BtfTypes?>? readTypes = null) : SymbolFile
{
    // A processor's area is at most some megabytes; the names of its variables are offsets in it.
    private const ulong MaxProcessorArea = 64 << 20;

    private readonly int _first = names.RankOf(baseAddress);
    private readonly Lazy<BtfTypes?> _types = new(readTypes ?? (() => null));

    /// <inheritdoc/>
    public override string Path { get; } = path;

    /// <inheritdoc/>
    public override SymbolDetail Detail => SymbolDetail.Kallsyms;

    /// <inheritdoc/>
    public override TypeTable? Types => _types.Value;

    /// <inheritdoc/>
    public override bool TryFindNearest(uint offset, out Symbol symbol) => TryAt(names.RankAtOrBefore(AddressOf(offset)), out symbol);

    /// <inheritdoc/>
    public override bool TryFindNext(uint offset, out Symbol symbol) =>
        TryAt(AddressOf(offset) is < ulong.MaxValue and var address ? names.RankOf(address + 1) : names.Count, out symbol);

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> FindAt(uint offset)
    {
        List<Symbol> found = [];
        ulong address = AddressOf(offset);
        for (int rank = names.RankOf(address); rank < names.Count && names[rank] is { } name && name.Address == address; rank++) found.Add(WithType(Describe(name)));
        return found;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Find(string name)
    {
        IReadOnlyList<KernelName> found = names.Find(name);
        if (found.Count == 0 && !name.AsSpan().ContainsAny('*', '?')) found = [.. names.Match(name)];
        return [.. found.Where(IsHere).Select(Describe).Select(WithType)];
    }

    /// <inheritdoc/>
    public override IEnumerable<Symbol> Match(string pattern) => names.Match(pattern).Where(IsHere).Select(Describe).Select(WithType);

    // Not for the nearest name, which stacks and disassembly ask for: its type is wanted by nobody.
    private Symbol WithType(Symbol symbol)
    {
        if (_types.Value is not { } types) return symbol;
        bool found = symbol.Kind == SymbolKind.Function ? types.TryFindFunction(symbol.Name, out _, out uint index) : types.TryFindVariable(symbol.Name, out _, out index);
        return found ? symbol with { TypeIndex = index } : symbol;
    }

    // A kernel lies so high that an offset may lead over the highest address, where nothing is.
    private ulong AddressOf(uint offset) => baseAddress + Math.Min(offset, ulong.MaxValue - baseAddress);

    private bool TryAt(int rank, out Symbol symbol)
    {
        symbol = default;
        if (rank < _first || rank >= names.Count || !IsHere(names[rank])) return false;
        symbol = Describe(names[rank]);
        return true;
    }

    private bool IsHere(KernelName name) => IsInProcessorArea(name) || (name.Address >= baseAddress && name.Address - baseAddress <= uint.MaxValue);

    private bool IsInProcessorArea(KernelName name) => name.Address < MaxProcessorArea && name.Address < baseAddress;

    private Symbol Describe(KernelName name)
    {
        SymbolKind kind = IsInProcessorArea(name) ? SymbolKind.ThreadData : char.ToUpperInvariant(name.Type) switch
        {
            'T' or 'W' => SymbolKind.Function,
            'D' or 'B' or 'R' or 'V' => SymbolKind.Data,
            _ => SymbolKind.Public,
        };
        ulong offset = kind == SymbolKind.ThreadData ? name.Address : name.Address - baseAddress;
        return new Symbol(name.Name, kind, (uint)offset, 0, 0);
    }
}
