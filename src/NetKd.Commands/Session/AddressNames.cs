namespace NetKd.Commands.Session;

/// <summary>Names for addresses: <c>nt!Name</c>, <c>nt!Name+0x10</c>, <c>nt+0x1008</c>, and with a source line <c>nt!Name [file.c @ 12]</c>.</summary>
internal sealed class AddressNames(DebugClient client)
{
    /// <summary>The nearest symbol with displacement, or null where no module is.</summary>
    public string? Describe(ulong address) =>
        client.Symbols.TryFindNearest(address, out NearestSymbol? symbol) ? symbol.ToString() : null;

    /// <summary>The symbol, or the plain number as call stacks show it: <c>0xfffff803`deadbeef</c>.</summary>
    public string DescribeOrNumber(ulong address) => Describe(address) ?? "0x" + Format(address);

    /// <summary><c> [file @ line]</c> with a blank before it, or nothing.</summary>
    public string Line(ulong address) => client.SourceLines.TryFind(address, out SourceLocation? location) ? $" [{location}]" : "";

    /// <summary>The heading of a disassembly: <c>nt!Name+0x10:</c>, with the source line where one is known and wanted.</summary>
    public string Heading(ulong address, bool withLine = false) =>
        $"{Describe(address) ?? Format(address)}{(withLine ? Line(address) : "")}:";

    /// <summary>Whether a symbol starts exactly here.</summary>
    public bool StartsAt(ulong address) =>
        client.Symbols.TryFindNearest(address, out NearestSymbol? symbol) && symbol.Displacement == 0 && symbol.Name.Length > 0;

    private string Format(ulong address) => AddressText.Format(address, client.Target.PointerSize);
}
