using NetKd.Engine.Modules;
using NetKd.Linux.Guests;
using NetKd.Linux.Kallsyms;
using NetKd.Linux.Local;
using NetKd.Symbols;

namespace NetKd.Engine.Symbols;

/// <summary>Symbols of a Linux kernel, which carries its names along: they are read from the target's memory. For the thread that holds the session.</summary>
internal sealed class LinuxSymbols(DebugClient client)
{
    private const string KernelImage = "vmlinux";
    private const string ModuleExtension = ".ko";

    private RunningKernel? _running;

    /// <summary>True for the image of a Linux kernel.</summary>
    public static bool IsKernel(Module module) => module.ImageName == KernelImage;

    /// <summary>True for a module of a Linux kernel, or the kernel itself.</summary>
    public static bool Knows(Module module) => IsKernel(module) || module.ImageName.EndsWith(ModuleExtension, StringComparison.Ordinal);

    /// <summary>Opens a module's symbols; null with the reason when there are none.</summary>
    public SymbolFile? Open(Module module, out string reason)
    {
        reason = "";
        try
        {
            if ((client.IsLocalKernel ? OpenLocal(module) : OpenInMemory(module)) is { } file) return file;
            reason = "the kernel keeps no names of it (kallsyms)";
        }
        catch (IOException e)
        {
            reason = e.Message;
        }

        return null;
    }

    // The running kernel writes its names out, and those of its modules.
    private KallsymsFile? OpenLocal(Module module)
    {
        _running ??= new RunningKernel();
        string name = Path.GetFileNameWithoutExtension(module.ImageName);
        KernelNames? names = IsKernel(module) ? _running.Names.Kernel : _running.Names.Modules.GetValueOrDefault(name);
        return names is null ? null : new KallsymsFile(_running.NamesPath, module.Base, names);
    }

    private KallsymsFile? OpenInMemory(Module module) =>
        IsKernel(module) && LinuxGuest.At(client.Virtual, module.Base) is { } kernel ? new KallsymsFile("kallsyms in the target's memory", kernel.Base, kernel.Names) : null;
}
