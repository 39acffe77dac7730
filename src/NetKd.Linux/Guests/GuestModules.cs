using System.Buffers.Binary;
using System.Text;
using NetKd.Linux.Btf;
using NetKd.Linux.Kallsyms;
using NetKd.Linux.Local;
using NetKd.Symbols;
using NetKd.Symbols.Types;

namespace NetKd.Linux.Guests;

/// <summary>
/// The loadable modules of a kernel in memory: its list of <c>struct module</c>, whose members are where the kernel's types say. Known are kernels whose
/// modules lie in one piece (<c>core_layout</c>, to 6.3) and those in several (<c>mem</c>), of which the code counts.
/// </summary>
internal sealed class GuestModules
{
    private const int MaxModules = 512;
    private const int MaxSymbols = 1 << 20;
    private const int MaxNameLength = 64;
    private const int SymbolSize = 24; // Elf64_Sym

    private readonly ulong _head;
    private readonly uint _list;
    private readonly uint _name;
    private readonly uint _base;
    private readonly uint _size;
    private readonly uint _kallsyms;
    private readonly UserDefinedType _tables;

    private GuestModules(ulong head, UserDefinedType module, UserDefinedType layout, uint layoutOffset, UserDefinedType tables)
    {
        _head = head;
        _list = Offset(module, "list");
        _name = Offset(module, "name");
        _base = layoutOffset + Offset(layout, "base");
        _size = layoutOffset + Offset(layout, "size");
        _kallsyms = Offset(module, "kallsyms");
        _tables = tables;
    }

    /// <summary>Makes a reader for a kernel; null when its types do not describe its modules.</summary>
    public static GuestModules? Of(KernelNames names, BtfTypes types)
    {
        if (!names.TryFind("modules", out ulong head) || Structure(types, "module") is not { } module || Structure(types, "mod_kallsyms") is not { } tables) return null;
        Field? layout = module.Fields.FirstOrDefault(f => f.Name is "core_layout" or "mem");
        UserDefinedType? layoutType = (layout?.Type is ArrayType array ? array.Element : layout?.Type) as UserDefinedType;
        bool known = layoutType is not null && Has(module, "list", "name", "kallsyms") && Has(layoutType, "base", "size") && Has(tables, "symtab", "num_symtab", "strtab");
        return known ? new GuestModules(head, module, layoutType!, layout!.Offset, tables) : null;
    }

    /// <summary>Reads the list.</summary>
    public IReadOnlyList<KernelModule> Read(IAddressReader memory) => [.. Walk(memory).Select(m => m.Module).OrderBy(m => m.Base)];

    /// <summary>Reads the names of the module at an address; null when there is none, or it keeps none.</summary>
    public KernelNames? ReadNames(IAddressReader memory, ulong moduleBase)
    {
        foreach ((ulong structure, KernelModule module) in Walk(memory))
        {
            if (module.Base == moduleBase) return ReadNames(memory, ReadNumber(memory, structure + _kallsyms, 8), module);
        }

        return null;
    }

    private IEnumerable<(ulong Structure, KernelModule Module)> Walk(IAddressReader memory)
    {
        HashSet<ulong> seen = [];
        for (ulong link = ReadNumber(memory, _head, 8); link != _head && link != 0 && seen.Add(link) && seen.Count <= MaxModules; link = ReadNumber(memory, link, 8))
        {
            ulong structure = link - _list;
            byte[] text = new byte[MaxNameLength];
            int end = text.AsSpan(0, memory.Read(structure + _name, text)).IndexOf((byte)0);
            ulong start = ReadNumber(memory, structure + _base, 8), size = ReadNumber(memory, structure + _size, 4);
            if (end > 0 && start != 0 && size != 0) yield return (structure, new KernelModule(Encoding.UTF8.GetString(text, 0, end), start, (uint)size));
        }
    }

    private KernelNames? ReadNames(IAddressReader memory, ulong tables, KernelModule module)
    {
        ulong symbols = ReadNumber(memory, tables + Offset(_tables, "symtab"), 8), strings = ReadNumber(memory, tables + Offset(_tables, "strtab"), 8);
        ulong letters = Has(_tables, "typetab") ? ReadNumber(memory, tables + Offset(_tables, "typetab"), 8) : 0;
        ulong count = ReadNumber(memory, tables + Offset(_tables, "num_symtab"), 4);
        if (symbols == 0 || strings == 0 || count is 0 or > MaxSymbols) return null;
        byte[] table = new byte[SymbolSize * (int)count];
        byte[] types = new byte[count];
        if (memory.Read(symbols, table) != table.Length || memory.Read(letters, types) != types.Length) types.AsSpan().Fill((byte)'t');
        KernelNamesBuilder names = new();
        byte[] text = new byte[512];
        for (int i = 1; i < (int)count; i++)
        {
            ReadOnlySpan<byte> entry = table.AsSpan(SymbolSize * i, SymbolSize);
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
            if (address < module.Base || address - module.Base >= module.Size) continue;
            int length = text.AsSpan(0, memory.Read(strings + BinaryPrimitives.ReadUInt32LittleEndian(entry), text)).IndexOf((byte)0);
            if (length > 0) names.Add(address, types[i], text.AsSpan(0, length));
        }

        return names.Build();
    }

    private static UserDefinedType? Structure(BtfTypes types, string name) => types.TryFind(name, out TypeInfo? type) ? type as UserDefinedType : null;

    private static bool Has(UserDefinedType structure, params string[] members) => members.All(name => structure.Fields.Any(f => f.Name == name));

    private static uint Offset(UserDefinedType structure, string member) => structure.Fields.First(f => f.Name == member).Offset;

    private static ulong ReadNumber(IAddressReader memory, ulong address, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        return memory.Read(address, bytes[..size]) == size ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
    }
}
