using NetKd.Symbols.Pdb.Types;
using NetKd.Symbols.Types;

namespace NetKd.Symbols.Names.Managed;

/// <summary>
/// The C# names of a program that .NET's ahead-of-time compiler (ILC) made. It joins assembly, namespaces, types and method by underscores
/// (<c>targetos_NetKd_TargetOs_Threads_Scheduler__Switch</c>); here that is <c>Scheduler.Switch</c>, and both are accepted when typed.
/// Underscores alone do not tell which is which: the PDB's types and its ids of methods do. Safe to use from several threads.
/// </summary>
/// <remarks>
/// <para>Shown is the shortest name that is not ambiguous: the type with the types around it; where two types of the program have the same name,
/// with as many namespaces, innermost first, as tell them apart. Accepted is that with any of its namespaces, in full or from any one on.</para>
/// <para>Constructors are named after their type, static ones <c>.cctor</c>; property and event accessors <c>Name.get</c>, <c>Name.set</c>,
/// <c>Name.add</c>, <c>Name.remove</c>; operators <c>operator+</c>; lambdas <c>Method.lambda_0_0</c>; local functions <c>Method.Local_0_0</c>.
/// The names within the assembly (<c>.ctor</c>, <c>get_Name</c>) are accepted too. Overloads share a name.</para>
/// </remarks>
public sealed class ManagedNames : ITypeNaming
{
    private readonly PdbTypeTable _types;
    private readonly ManagedTypeNames _typeNames;
    private readonly ManagedMethodNames _methods;
    private readonly Lazy<ManagedNameIndex> _index;

    private ManagedNames(PdbTypeTable types, PdbIdTable ids, string assembly, Func<IEnumerable<string>> symbols)
    {
        _types = types;
        _typeNames = new ManagedTypeNames(types, assembly);
        _methods = new ManagedMethodNames(ids, _typeNames);
        _index = new Lazy<ManagedNameIndex>(() => new ManagedNameIndex(symbols(), this));
    }

    /// <summary>The names of a PDB; null when ILC did not make it, which costs one look-up of a type by name.</summary>
    /// <param name="types">The PDB's types.</param>
    /// <param name="ids">The PDB's ids.</param>
    /// <param name="assembly">The program's name without extension: what the compiler's names begin with.</param>
    /// <param name="symbols">The compiler's names of all symbols; enumerated once, when a name is first resolved.</param>
    public static ManagedNames? Detect(PdbTypeTable types, PdbIdTable ids, string assembly, Func<IEnumerable<string>> symbols)
    {
        // Every C# program has the root of all classes, which ILC names without assembly; a C++ program may have a class of that name.
        if (!types.TryFind("Object", out TypeInfo? root) || root is not UserDefinedType { Kind: UserDefinedKind.Class, HasVirtualTable: true }) return null;
        return ManagedMethodNames.AreIn(ids) ? new ManagedNames(types, ids, assembly, symbols) : null;
    }

    /// <summary>A symbol's name as C# writes it; the name itself when it is none of the compiler's.</summary>
    public string Display(string symbol) => Read(symbol)?.Short ?? symbol;

    /// <summary>A symbol's name with all of its namespaces; the name itself when it is none of the compiler's.</summary>
    public string FullName(string symbol) => Read(symbol)?.Full ?? symbol;

    /// <summary>
    /// The compiler's names of what a user typed: in C#'s form with or without namespaces and type arguments, or in the compiler's own. Several for
    /// overloads and instances of generics, or where the name is ambiguous; none when there is no such symbol.
    /// </summary>
    public IReadOnlyList<string> Resolve(string typed) => _index.Value.Find(typed);

    /// <summary>A type's name as C# writes it: <c>ReadOnlySpan&lt;byte&gt;</c>, <c>ulong[]</c>, <c>DhcpClient.State</c>.</summary>
    public string DisplayType(string name) => _typeNames.Read(name).Short;

    /// <summary>A type as C# writes it, references and pointers included.</summary>
    public string DisplayType(TypeInfo type)
    {
        ArgumentNullException.ThrowIfNull(type);
        string marks = "";
        // An object is always behind a reference, which C# does not write; other references are by ref.
        for (int depth = 0; depth < 64; depth++)
        {
            switch (type)
            {
                case PointerType { Kind: PointerKind.Reference, Target: UserDefinedType { Kind: UserDefinedKind.Class } } reference:
                    type = reference.Target;
                    continue;
                case PointerType { Kind: PointerKind.Reference } reference:
                    return $"ref {DisplayType(reference.Target)}{marks}";
                case PointerType pointer:
                    marks = "*" + marks;
                    type = pointer.Target;
                    continue;
                case BasicType basic:
                    return (CSharpKeywords.OfBasicType(basic) ?? basic.Name) + marks;
                default:
                    return _typeNames.Read(type.Name).Short + marks;
            }
        }

        return type.Name;
    }

    /// <summary>The compiler's names of the types that a user may mean by a C# name.</summary>
    public IReadOnlyList<string> ResolveType(string typed) => _typeNames.Find(typed);

    /// <summary>
    /// Where a static field is, by its C# name (<c>Scheduler.s_count</c>). The compiler puts a type's static fields into one structure, and those
    /// that hold references into an object of their own.
    /// </summary>
    public bool TryFindStatic(string typed, out ManagedStaticField field)
    {
        field = default;
        int dot = typed.LastIndexOf('.');
        if (dot <= 0) return false;
        foreach (string type in _typeNames.Find(typed[..dot]))
        {
            foreach (bool isObject in (bool[])[false, true])
            {
                string kind = isObject ? "GCSTATICS" : "NONGCSTATICS";
                if (!_types.TryFind($"__type__{kind}{type}", out TypeInfo? statics) || statics is not PdbUserDefinedType structure) continue;
                for (int i = 0; i < structure.Fields.Count; i++)
                {
                    if (structure.Fields[i].Name != typed[(dot + 1)..]) continue;
                    field = new ManagedStaticField($"?__{kind}@{type}@@", isObject, structure.Fields[i].Offset, structure.FieldTypes[i]);
                    return true;
                }
            }
        }

        return false;
    }

    string ITypeNaming.Display(string recordName) => DisplayType(recordName);

    IReadOnlyList<string> ITypeNaming.Resolve(string typed) => ResolveType(typed);

    internal ManagedName? Read(string symbol) => CompilerData.Read(symbol, this) ?? _methods.Read(symbol);

    internal ManagedName ReadType(string name) => _typeNames.Read(name);

    internal bool IsType(string name) => _typeNames.IsKnown(name);
}
