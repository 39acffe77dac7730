namespace NetKd.Commands.Text;

/// <summary>Lines about modules (facts: kd-transcript, lm and lmv).</summary>
internal static class ModuleText
{
    public const string Heading = "start             end                 module name";

    public static string Line(Module module) =>
        $"{Span(module)}   {module.Name,-10} {Status(module.SymbolStatus),-22} {(module.SymbolStatus == SymbolStatus.Deferred ? "" : module.ImageName)}".TrimEnd();

    public static string LoadLine(Module module) => $"ModLoad: {Span(module)}   {module.FullPath}";

    public static IEnumerable<string> Details(Module module)
    {
        yield return $"    Loaded symbol image file: {module.ImageName}";
        yield return $"    Image path: {module.FullPath}";
        yield return $"    Image name: {module.ImageName}";
        yield return $"    Timestamp:        {TimeText.Seconds(DateTimeOffset.FromUnixTimeSeconds(module.Timestamp))} ({module.Timestamp:X8})";
        yield return $"    CheckSum:         {module.Checksum:X8}";
        yield return $"    ImageSize:        {module.Size:X8}";
    }

    private static string Span(Module module) =>
        $"{AddressText.Format(module.Base)} {AddressText.Format(unchecked(module.Base + module.Size))}";

    private static string Status(SymbolStatus kind) => kind switch
    {
        SymbolStatus.Export => "(export symbols)",
        SymbolStatus.None => "(no symbols)",
        _ => "(deferred)",
    };
}
