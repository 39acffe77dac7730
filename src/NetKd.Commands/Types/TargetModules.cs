using NetKd.Commands.Session;
using NetKd.Engine.Modules;

namespace NetKd.Commands.Types;

/// <summary>The target's modules with their PDBs.</summary>
internal sealed class TargetModules(CommandSession session) : ITypedModules
{
    /// <summary>
    /// The module that executes, the kernel, and those whose symbols are at hand: a mistyped name must not load the symbols of two hundred
    /// modules. A name with its module finds every one.
    /// </summary>
    public IEnumerable<TypedModule> SearchOrder
    {
        get
        {
            if (!session.IsStopped) yield break;
            HashSet<ulong> seen = [];
            Module? executing = session.Client.IsLocalKernel ? null : session.Client.Modules.FindByAddress(session.Frame.LookupAddress);
            Module?[] first = [executing, session.Client.Modules.Kernel];
            foreach (Module? module in first)
            {
                if (module is not null && seen.Add(module.Base) && Typed(module) is { } typed) yield return typed;
            }

            foreach (Module module in session.Client.Modules.All)
            {
                if (module.SymbolStatus is SymbolStatus.Pdb or SymbolStatus.PrivatePdb or SymbolStatus.Kallsyms && seen.Add(module.Base) && Typed(module) is { } typed) yield return typed;
            }
        }
    }

    public TypedModule? Find(string name) =>
        session.IsStopped && session.Client.Modules.FindByName(name) is { } module ? Typed(module) : null;

    public IEnumerable<TypedModule> Match(string pattern)
    {
        if (!session.IsStopped) yield break;
        foreach (Module module in session.Client.Modules.FindMatching(pattern))
        {
            if (Typed(module) is { } typed) yield return typed;
        }
    }

    /// <summary>A module with its PDB; null when it has none.</summary>
    public static TypedModule? Typed(Module module) => module.PdbSymbols is { } symbols ? new TypedModule(module.Name, module.Base, symbols) : null;
}
