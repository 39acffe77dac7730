namespace NetKd.Commands.Text;

/// <summary>Lines about modules (facts: kd-transcript, lm and lmv).</summary>
internal static class ModuleText
{
    /// <summary>The heading over the lines of modules, for a pointer size.</summary>
    public static string Heading(int pointerSize) => pointerSize == 4 ? "start    end        module name" : "start             end                 module name";

    public static string Line(Module module, ModuleColumn column = ModuleColumn.Symbols, bool showsChecksum = false)
    {
        string text = column switch
        {
            ModuleColumn.ImageName => module.ImageName,
            ModuleColumn.ImagePath => module.FullPath,
            ModuleColumn.MappedName => "",
            ModuleColumn.Timestamp => $"{module.ImageName,-12} {Time(module)} ({module.Timestamp:X8})",
            // M: the symbols are of another build (Microsoft Learn, "Symbol Status Abbreviations").
            _ => $"{(module.IsSymbolMismatch ? "M " : "")}{Status(module.SymbolStatus),-22} {SymbolPath(module)}",
        };
        string checksum = showsChecksum ? $"{module.Checksum:X8} " : "";
        return $"{Span(module)}   {module.Name,-10} {checksum}{text}".TrimEnd();
    }

    public static string LoadLine(Module module) => $"ModLoad: {Span(module)}   {module.FullPath}";

    public static IEnumerable<string> Details(Module module)
    {
        yield return $"    Loaded symbol image file: {module.ImageName}";
        yield return $"    Image path: {module.FullPath}";
        yield return $"    Image name: {module.ImageName}";
        yield return $"    Timestamp:        {Time(module)} ({module.Timestamp:X8})";
        yield return $"    CheckSum:         {module.Checksum:X8}";
        yield return $"    ImageSize:        {module.Size:X8}";
        if (module.IsFetchingSymbols) yield return "    Symbols:          being fetched";
        else if (module.SymbolReason.Length > 0) yield return $"    Symbols:          {module.SymbolReason}";
    }

    /// <summary>The words of <c>lm</c> for where symbols come from.</summary>
    public static string Status(SymbolStatus kind) => kind switch
    {
        SymbolStatus.PrivatePdb => "(private pdb symbols)",
        SymbolStatus.Pdb => "(pdb symbols)",
        SymbolStatus.Export => "(export symbols)",
        SymbolStatus.Kallsyms => "(kallsyms)",
        SymbolStatus.None => "(no symbols)",
        _ => "(deferred)",
    };

    private static string SymbolPath(Module module) => module.SymbolStatus switch
    {
        SymbolStatus.Deferred => "",
        SymbolStatus.None => module.ImageName,
        _ => module.LoadedSymbols?.Path ?? "",
    };

    private static string Time(Module module) => TimeText.Seconds(DateTimeOffset.FromUnixTimeSeconds(module.Timestamp));

    private static string Span(Module module) =>
        $"{AddressText.Format(module.Base, module.PointerSize)} {AddressText.Format(unchecked(module.Base + module.Size), module.PointerSize)}";
}
