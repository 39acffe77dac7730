using System.Buffers.Binary;
using System.Text;
using Iced.Intel;
using NetKd.Protocol.Contexts;

namespace NetKd.Target.Simulation;

/// <summary>
/// Lays out a PE32+ image in memory: variables first, so that code knows their addresses, then functions, then the tables that follow
/// from them. Offsets are those of the public PE format.
/// </summary>
internal sealed class ImageBuilder
{
    /// <summary>Relative addresses and sizes of the four sections.</summary>
    public const uint TextAddress = 0x1000, TextSize = 0x2000, ReadOnlyAddress = 0x3000, ReadOnlySize = 0x2000,
        FunctionTableAddress = 0x5000, FunctionTableSize = 0x1000, DataAddress = 0x6000, DataSize = 0x4000;

    private const uint ImageSize = DataAddress + DataSize;
    private const int CodeAlignment = 16;
    private const byte Padding = 0xCC;

    private readonly byte[] _bytes = new byte[ImageSize];
    private readonly Dictionary<string, ulong> _symbols = [];
    private readonly List<string> _exports = [];
    private readonly List<ImageFunction> _functions = [];
    private readonly List<(uint Cell, string Symbol)> _references = [];
    private uint _data = DataAddress;
    private uint _readOnly = ReadOnlyAddress;

    private readonly ushort _machine;

    /// <summary>Begins an image at a virtual address. Function tables are made for amd64 only.</summary>
    public ImageBuilder(ulong baseAddress, ushort machine = ContextLayout.MachineAmd64)
    {
        BaseAddress = baseAddress;
        _machine = machine;
    }

    /// <summary>Virtual address of the image.</summary>
    public ulong BaseAddress { get; }

    /// <summary>Reserves a zeroed variable, aligned to 8 bytes.</summary>
    public ulong Variable(string name, int size = 8, bool exported = false)
    {
        ulong address = BaseAddress + _data;
        _symbols.Add(name, address);
        if (exported) _exports.Add(name);
        _data += (uint)(size + 7) & ~7u;
        if (_data > DataAddress + DataSize) throw new InvalidOperationException($"the data section has no room for {name}");
        return address;
    }

    /// <summary>The bytes of a variable, to be filled before <see cref="Build"/>.</summary>
    public Span<byte> Content(string variable) => _bytes.AsSpan((int)(_symbols[variable] - BaseAddress));

    /// <summary>Sets an eight-byte variable.</summary>
    public void Set(string variable, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Content(variable), value);

    /// <summary>A variable that holds ASCII text and its NUL.</summary>
    public void Text(string name, string text, bool exported = false)
    {
        Variable(name, text.Length + 1, exported);
        Encoding.ASCII.GetBytes(text, Content(name));
    }

    /// <summary>Puts the address of a variable or function into a variable, at an offset, when the image is built.</summary>
    public void Refer(string variable, int offset, string symbol) =>
        _references.Add(((uint)(_symbols[variable] - BaseAddress) + (uint)offset, symbol));

    /// <summary>Address of a variable, and after <see cref="Build"/> of a function.</summary>
    public ulong AddressOf(string name) => _symbols[name];

    /// <summary>Adds a function behind the earlier ones.</summary>
    public void Function(ImageFunction function) => _functions.Add(function);

    /// <summary>Assembles the code and writes headers and tables.</summary>
    public SimulatedImage Build(string name, string path, string pdbName, Guid pdbId, uint timeDateStamp)
    {
        List<(uint Begin, uint End, ImageFunction Function)> placed = PlaceFunctions();
        foreach ((uint begin, _, ImageFunction function) in placed)
        {
            byte[] code = Assemble(function, BaseAddress + begin);
            code.CopyTo(_bytes.AsSpan((int)begin));
            if (function.IsExported) _exports.Add(function.Name);
        }

        foreach ((uint cell, string symbol) in _references) BinaryPrimitives.WriteUInt64LittleEndian(At(cell), _symbols[symbol]);
        uint tableSize = _machine == ContextLayout.MachineAmd64 ? (uint)placed.Count * 12 : 0;
        if (tableSize != 0) WriteFunctionTable(placed);
        (uint exportAddress, uint exportSize) = ExportDirectory.Write(this, name, _exports, timeDateStamp);
        (uint debugAddress, uint debugSize) = DebugDirectory.Write(this, pdbName, pdbId, timeDateStamp);
        uint entry = (uint)(_symbols[_functions[0].Name] - BaseAddress);
        ImageHeaders.Write(_bytes, _machine, BaseAddress, entry, timeDateStamp, [
            (ImageHeaders.ExportIndex, exportAddress, exportSize),
            (ImageHeaders.ExceptionIndex, tableSize == 0 ? 0 : FunctionTableAddress, tableSize),
            (ImageHeaders.DebugIndex, debugAddress, debugSize),
        ]);
        uint checksum = ImageHeaders.SetChecksum(_bytes);
        return new SimulatedImage(name, path, BaseAddress, _bytes, checksum, timeDateStamp, _symbols);
    }

    /// <summary>Reserves space in the read-only section. Returns its relative address.</summary>
    public uint ReserveReadOnly(int size)
    {
        uint address = _readOnly;
        _readOnly += (uint)(size + 3) & ~3u;
        if (_readOnly > ReadOnlyAddress + ReadOnlySize) throw new InvalidOperationException("the read-only section is full");
        return address;
    }

    /// <summary>Bytes from a relative address on.</summary>
    public Span<byte> At(uint relativeAddress) => _bytes.AsSpan((int)relativeAddress);

    // Every reference is a rel32 or RIP-relative, so a function is as long with made-up addresses as with the real ones.
    private List<(uint Begin, uint End, ImageFunction Function)> PlaceFunctions()
    {
        var placed = new List<(uint, uint, ImageFunction)>();
        _bytes.AsSpan((int)TextAddress, (int)TextSize).Fill(Padding);
        foreach (ImageFunction function in _functions) _symbols.Add(function.Name, BaseAddress + TextAddress);
        uint next = TextAddress;
        foreach (ImageFunction function in _functions)
        {
            uint length = (uint)Assemble(function, BaseAddress + next).Length;
            _symbols[function.Name] = BaseAddress + next;
            placed.Add((next, next + length, function));
            next = (next + length + CodeAlignment) & ~(uint)(CodeAlignment - 1);
        }

        if (next > TextAddress + TextSize) throw new InvalidOperationException("the code section is full");
        return placed;
    }

    private byte[] Assemble(ImageFunction function, ulong address)
    {
        if (function.Code is { } bytes) return bytes;
        var code = new FunctionCode(function, AddressOf);
        function.Body(code);
        using var stream = new MemoryStream();
        code.Assembler.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }

    private void WriteFunctionTable(List<(uint Begin, uint End, ImageFunction Function)> placed)
    {
        Span<byte> table = At(FunctionTableAddress);
        foreach ((uint begin, uint end, ImageFunction function) in placed)
        {
            byte[] unwind = UnwindInformation.Build(function);
            uint unwindAddress = ReserveReadOnly(unwind.Length);
            unwind.CopyTo(At(unwindAddress));
            BinaryPrimitives.WriteUInt32LittleEndian(table, begin);
            BinaryPrimitives.WriteUInt32LittleEndian(table[4..], end);
            BinaryPrimitives.WriteUInt32LittleEndian(table[8..], unwindAddress);
            table = table[12..];
        }
    }
}
