namespace NetKd.Target.Simulation;

/// <summary>What a kernel's module list says of an image.</summary>
/// <param name="Name">File name.</param>
/// <param name="Path">Path as the loader saw it.</param>
/// <param name="BaseAddress">Virtual address of its headers.</param>
/// <param name="Size">Bytes in memory.</param>
/// <param name="EntryPoint">Offset of its entry point.</param>
/// <param name="Checksum">CheckSum of its optional header.</param>
/// <param name="TimeDateStamp">TimeDateStamp of its file header.</param>
internal sealed record LoadedModule(string Name, string Path, ulong BaseAddress, uint Size, uint EntryPoint, uint Checksum, uint TimeDateStamp)
{
    /// <summary>A simulated image's entry.</summary>
    public static LoadedModule Of(SimulatedImage image) =>
        new(image.Name, image.Path, image.BaseAddress, image.Size, ImageBuilder.TextAddress, image.Checksum, image.TimeDateStamp);

    /// <summary>What the kernel reports when it loads or unloads the image.</summary>
    public LoadSymbolsRecord ToReport(bool unloads = false) => new()
    {
        Base = BaseAddress,
        SizeOfImage = Size,
        Checksum = Checksum,
        Unload = unloads,
        ProcessId = ulong.MaxValue, // the kernel itself, as NT reports it
    };
}
