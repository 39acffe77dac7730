using NetKd.Symbols.Images;
using NetKd.Symbols.Names;
using NetKd.Symbols.Pdb.Layout;
using NetKd.Symbols.Pdb.Symbols;

namespace NetKd.Symbols.Pdb;

/// <summary>
/// Names for addresses. The contributions say which module an address belongs to, that module's own symbols what is there. Where the module says
/// nothing (assembler code, a stripped file, variables), the public names do.
/// </summary>
public sealed partial class PdbFile
{
    /// <inheritdoc/>
    public override bool TryFindNearest(uint offset, out Symbol symbol)
    {
        symbol = default;
        uint linked = _addresses.ToLinked(offset);
        ushort section = _addresses.Sections.Find(linked, out uint within);
        if (section == 0) return false;
        bool known = TryFindInModule(section, within, linked, out Symbol own, out uint ownPlace);
        if (known && linked - ownPlace < own.Size)
        {
            symbol = own;
            return true;
        }

        int index = _publics.FindAtOrBefore(section, within);
        if (index >= 0 && _publics.TryGet(index, out PlaceRecord place) && _addresses.Sections.ToOffset(place.Section, place.Offset) is var at && (!known || at > ownPlace))
            symbol = FromPublic(index);
        else if (known) symbol = own;
        return symbol.Name is not null;
    }

    /// <inheritdoc/>
    public override bool TryFindNext(uint offset, out Symbol symbol)
    {
        symbol = default;
        uint linked = _addresses.ToLinked(offset);
        ushort section = _addresses.Sections.Find(linked, out uint within);
        if (section == 0) return false;
        uint best = uint.MaxValue;
        // A contribution may describe nothing (assembler code): a few are looked at, then the public names have to do.
        const int MaxSteps = 16;
        int contribution = Math.Max(0, _contributions.FindAtOrBefore(section, within));
        for (int i = contribution; i < Math.Min(contribution + MaxSteps, _contributions.Count); i++)
        {
            ContributionTable.Contribution piece = _contributions[i];
            if (piece.Section > section) break;
            if (piece.Section != section || _modules[piece.Module] is not { } module) continue;
            uint record = module.FindAfter(linked);
            if (record == 0 || !module.TryRead(record, out Symbol own, out uint place) || _addresses.Sections.Find(place, out _) != section) continue;
            if (place < best) (best, symbol) = (place, own);
            if (place <= _addresses.Sections.ToOffset(section, piece.Offset) + piece.Size) break;
        }

        int index = _publics.FindAfter(section, within);
        if (index >= 0 && _publics.TryGet(index, out PlaceRecord found) && _addresses.Sections.ToOffset(found.Section, found.Offset) < best) symbol = FromPublic(index);
        return symbol.Name is not null;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> FindAt(uint offset)
    {
        uint linked = _addresses.ToLinked(offset);
        ushort section = _addresses.Sections.Find(linked, out uint within);
        List<Symbol> found = [];
        if (section == 0) return found;
        if (ModuleAt(section, within) is { } module)
        {
            foreach (uint record in module.FindAt(linked))
            {
                if (module.TryRead(record, out Symbol symbol)) AddOnce(found, symbol);
            }

            found.Reverse();
        }

        for (int index = _publics.FindAtOrBefore(section, within); index >= 0 && index < _publics.Count; index++)
        {
            if (!_publics.TryGet(index, out PlaceRecord place) || place.Section != section || place.Offset != within) break;
            AddOnce(found, FromPublic(index));
        }

        return found;
    }

    private static void AddOnce(List<Symbol> symbols, Symbol symbol)
    {
        if (!symbols.Exists(s => s.Name == symbol.Name && s.Offset == symbol.Offset)) symbols.Add(symbol);
    }

    private PdbModule? ModuleAt(ushort section, uint within)
    {
        int index = _contributions.FindAtOrBefore(section, within);
        return index < 0 ? null : _modules[_contributions[index].Module];
    }

    // The symbol of the contribution's module that begins last at or before an address: one that begins before the contribution belongs to
    // another piece of code.
    private bool TryFindInModule(ushort section, uint within, uint linked, out Symbol symbol, out uint place)
    {
        symbol = default;
        place = 0;
        int index = _contributions.FindAtOrBefore(section, within);
        if (index < 0) return false;
        ContributionTable.Contribution contribution = _contributions[index];
        if (_modules[contribution.Module] is not { } module) return false;
        uint record = module.FindAtOrBefore(linked);
        return record != 0 && module.TryRead(record, out symbol, out place) && linked - place <= within - contribution.Offset;
    }

    // What a public name stands for: the variable or function of the same place and name where the globals have one, else the name alone.
    private Symbol FromPublic(int index)
    {
        if (!_publics.TryGet(index, out PlaceRecord place)) return default;
        string name = Plain(_publics.Name(index));
        uint linked = _addresses.Sections.ToOffset(place.Section, place.Offset);
        foreach (Symbol symbol in FindGlobals(name, exactCase: true))
        {
            if (symbol.Offset == _addresses.ToImage(linked)) return symbol;
        }

        return new Symbol(name, SymbolKind.Public, _addresses.ToImage(linked), 0, 0);
    }

    /// <summary>A name as people write it, from the one that linkers use.</summary>
    private string Plain(string decorated) => CppUndecorator.Name(decorated, Machine == MachineType.X86);
}
