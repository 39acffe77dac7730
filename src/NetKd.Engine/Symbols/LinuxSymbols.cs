using NetKd.Engine.Modules;
using NetKd.Linux.Guests;
using NetKd.Linux.Kallsyms;
using NetKd.Symbols;

namespace NetKd.Engine.Symbols;

/// <summary>Symbols of a Linux kernel, which carries its names along: they are read from the target's memory. For the thread that holds the session.</summary>
internal sealed class LinuxSymbols(DebugClient client)
{
    private const string KernelImage = "vmlinux";
    private const string ModuleExtension = ".ko";

    /// <summary>True for the image of a Linux kernel.</summary>
    public static bool IsKernel(Module module) => module.ImageName == KernelImage;

    /// <summary>True for a module of a Linux kernel, or the kernel itself.</summary>
    public static bool Knows(Module module) => IsKernel(module) || module.ImageName.EndsWith(ModuleExtension, StringComparison.Ordinal);

    /// <summary>Opens a module's symbols; null with the reason when there are none.</summary>
    public SymbolFile? Open(Module module, out string reason)
    {
        reason = "";
        if (LinuxGuest.At(client.Virtual, module.Base) is { } kernel) return new KallsymsFile("kallsyms in the target's memory", kernel.Base, kernel.Names);
        reason = "the names that the kernel keeps of itself (kallsyms) were not found in its memory";
        return null;
    }
}
