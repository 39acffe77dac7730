using System.Buffers.Binary;
using NetKd.Commands.Expressions;
using NetKd.Commands.Types;
using NetKd.Symbols;
using NetKd.Symbols.Pdb;

namespace NetKd.Commands.Tests.Types;

/// <summary>
/// A target as expressions see it: the sample program "values" as the module nt, its PDB, and memory with one of each kind of value, the same
/// bytes as in the session with Microsoft's engine (dbgeng-values.txt).
/// </summary>
internal sealed class ValuesTarget : IExpressionScope
{
    public const ulong Base = 0xfffff800_00400000;
    public const ulong Rich = 0xffff8000_03000800;

    private static readonly Lazy<SampleProgram> s_program = new(() => SampleProgram.Build("values"));
    private static readonly Lazy<PdbFile> s_symbols = new(() => PdbFile.Open(s_program.Value.Pdb));

    private readonly Dictionary<string, ulong> _registers = new(StringComparer.Ordinal) { ["rax"] = 0x1234, ["rsp"] = Rich + 0x500, ["rbx"] = 7 };
    private readonly Dictionary<string, ulong> _variables = new(StringComparer.Ordinal) { ["$t0"] = 5 };

    /// <summary>A target whose module is another program; its memory is empty.</summary>
    public ValuesTarget(SymbolFile symbols)
    {
        Module = new TypedModule("nt", Base, symbols);
        Types = new ModuleTypes(new OneModule(Module), () => Locals);
    }

    public ValuesTarget()
        : this(s_symbols.Value)
    {
        byte[] page = new byte[0x1000];
        Fill(page.AsSpan(0x800), Resolve("Function"));
        Memory.Add(Rich - 0x800, page);
        // The data section of the image, zero but for what the program initializes.
        byte[] data = new byte[0x2000];
        Memory.Add(Base + 0x2000, data);
        Set("g_point", 3, 4);
        Set("g_int", 5);
        Set("g_colour", 2);
        Set("Derived::s_count", 7);
        "hello"u8.CopyTo(data.AsSpan((int)(Resolve("g_text") - Base - 0x2000)));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan((int)(Resolve("g_rich") - Base - 0x2000)), Rich);
    }

    public static SampleProgram Program => s_program.Value;

    public static PdbFile Symbols => s_symbols.Value;

    public TypedModule Module { get; }

    public FakeMemory Memory { get; } = new();

    /// <summary>The present frame's variables.</summary>
    public LocalScope? Locals { get; set; }

    public int Radix => 16;

    public int PointerSize => 8;

    public bool PrefersCpp { get; set; }

    public ModuleTypes Types { get; }

    ITypeScope IExpressionScope.Types => Types;

    public static ulong Resolve(string name) => Base + Symbols.Find(name)[0].Offset;

    public bool TryReadRegister(string name, out ulong value) => _registers.TryGetValue(name, out value);

    public bool TryReadPseudoRegister(string name, out ulong value) => _variables.TryGetValue(name, out value);

    public bool TryWriteRegister(string name, ulong value)
    {
        Dictionary<string, ulong> home = name.StartsWith('$') ? _variables : _registers;
        if (!home.ContainsKey(name)) return false;
        home[name] = value;
        return true;
    }

    public bool TryResolveSymbol(string name, out ulong address)
    {
        string plain = name.StartsWith("nt!", StringComparison.Ordinal) ? name[3..] : name;
        address = Module.Symbols.Find(plain) is [var symbol, ..] ? Base + symbol.Offset : 0;
        return address != 0;
    }

    public bool TryResolveLine(string module, string file, uint line, out ulong address)
    {
        address = Symbols.FindLines(file, line) is [var found, ..] && module is "" or "nt" ? Base + Symbols.FindLines(file, line)[0].Offset : 0;
        return address != 0;
    }

    public string? DescribeAddress(ulong address)
    {
        if (address < Base || address - Base > 0x10000 || !Symbols.TryFindNearest((uint)(address - Base), out Symbol symbol)) return null;
        ulong displacement = address - Base - symbol.Offset;
        return displacement == 0 ? $"nt!{symbol.Name}" : $"nt!{symbol.Name}+0x{displacement:x}";
    }

    public int ReadVirtual(ulong address, Span<byte> destination) => Memory.Read(address, destination);

    public bool TryReadVirtual(ulong address, Span<byte> destination) => Memory.Read(address, destination) == destination.Length;

    public bool TryWriteVirtual(ulong address, ReadOnlySpan<byte> data) => Memory.Write(address, data);

    public bool TryReadPhysical(ulong address, Span<byte> destination) => false;

    /// <summary>One Rich with what its pointers lead to, from offset 0x800 of a page on.</summary>
    public static void Fill(Span<byte> from, ulong function, ulong rich = Rich)
    {
        Put(from, 0, rich + 0x100, rich + 0x100);
        Put(from, 0x100, rich, rich);
        from[0x10] = 0x41;
        from[0x11] = 0xc8;
        from[0x12] = 0x43;
        from[0x14] = 0x44;
        from[0x16] = 1;
        Put16(from, 0x18, 0xfffb, 0x1f4);
        Put32(from, 0x1c, 5, 0x10, 0xfffffffe, 0x20);
        Put(from, 0x30, 0xffffffff_fffffffd, 0x1_23456789);
        Put32(from, 0x40, 0x3fc00000);
        Put(from, 0x48, 0x40040000_00000000);
        Put(from, 0x50, rich + 0x200, rich + 0x210, rich + 0x220, rich + 0xa0, 0, rich + 0x1c, rich + 0x68);
        "hello"u8.CopyTo(from[0x210..]);
        "w\0i\0d\0e\0"u8.CopyTo(from[0x220..]);
        Put(from, 0x88, 0, function);
        Put32(from, 0x98, 2);
        from[0x9c] = 2;
        Put32(from, 0xa0, 1, 2, 3, 4, 5, 6);
        Put32(from, 0xc0, 0xa, 0xb, 0xc, 0xd);
        "text"u8.CopyTo(from[0xd0..]);
        "w\0t\0x\0t\0"u8.CopyTo(from[0xd8..]);
        "1234"u8.CopyTo(from[0xe8..]);
        Put(from, 0xf0, rich + 0xa0);
        Put32(from, 0x118, 2, 0);
        Put32(from, 0x140, 0x000a0008);
        Put(from, 0x148, rich + 0x220, 0x12_3456789a, 0x11223344_55667788, 0x88776655_44332211);
        Put32(from, 0x168, 7, 0x41);
        Put(from, 0x170, 0xad, 0xabcdef, rich + 0x200, 9, 0xb);
        Put(from, 0x198, rich + 0x100, rich + 0x140, rich + 0xa0);
        Put32(from, 0x1b0, 0xc);
        Put16(from, 0x1b4, 0x78);
        Put(from, 0x1b8, rich + 0xa8, function);
        Put32(from, 0x1d0, 1, 2);
        Put(from, 0x1e8, rich + 0x150);
        Put32(from, 0x500, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88);
        Put(from, 0x528, rich + 0x210);
    }

    private static void Put(Span<byte> from, int offset, params ulong[] values)
    {
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(from[(offset + 8 * i)..], values[i]);
    }

    private static void Put32(Span<byte> from, int offset, params uint[] values)
    {
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(from[(offset + 4 * i)..], values[i]);
    }

    private static void Put16(Span<byte> from, int offset, params ushort[] values)
    {
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(from[(offset + 2 * i)..], values[i]);
    }

    private void Set(string name, params int[] values)
    {
        byte[] bytes = new byte[4 * values.Length];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        Assert.True(Memory.Write(Resolve(name), bytes), name);
    }

    private sealed class OneModule(TypedModule module) : ITypedModules
    {
        public IEnumerable<TypedModule> SearchOrder => [module];

        public TypedModule? Find(string name) => name.Equals(module.Name, StringComparison.OrdinalIgnoreCase) ? module : null;

        public IEnumerable<TypedModule> Match(string pattern) => [module];
    }
}
