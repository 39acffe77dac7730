using NetKd.Engine.Modules;
using NetKd.Linux.Btf;
using NetKd.Linux.Guests;
using NetKd.Linux.Kallsyms;
using NetKd.Linux.Local;
using NetKd.Linux.Orc;
using NetKd.Symbols;

namespace NetKd.Engine.Symbols;

/// <summary>Symbols of a Linux kernel, which carries its names along: they are read from the target's memory. For the thread that holds the session.</summary>
internal sealed class LinuxSymbols(DebugClient client)
{
    /// <summary>Name of the kernel's image.</summary>
    public const string KernelImage = "vmlinux";

    private const string InMemory = "kallsyms in the target's memory";
    private const string ModuleExtension = ".ko";

    private RunningKernel? _running;
    private BtfTypes? _types;
    private LinuxGuest? _guest;
    private Lazy<BtfTypes?>? _guestTypes;
    private Lazy<OrcTable?>? _unwinding;

    /// <summary>True for the image of a Linux kernel.</summary>
    public static bool IsKernel(Module module) => module.ImageName == KernelImage;

    /// <summary>True for a module of a Linux kernel, or the kernel itself.</summary>
    public static bool Knows(Module module) => IsKernel(module) || module.ImageName.EndsWith(ModuleExtension, StringComparison.Ordinal);

    /// <summary>The unwind table of a kernel whose symbols came from the target's memory; null where there is none.</summary>
    public OrcTable? UnwindingOf(Module module) => IsKernel(module) && module.Symbols is not null && _guest?.Base == module.Base ? _unwinding?.Value : null;

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
        RunningKernel running = _running ??= new RunningKernel();
        string name = Path.GetFileNameWithoutExtension(module.ImageName);
        if (IsKernel(module)) return new KallsymsFile(running.NamesPath, module.Base, running.Names.Kernel, KernelTypes);
        return running.Names.Modules.GetValueOrDefault(name) is { } names ? new KallsymsFile(running.NamesPath, module.Base, names, () => ParseTypes(running.ReadTypes(name), KernelTypes())) : null;

        BtfTypes? KernelTypes() => _types ??= ParseTypes(running.ReadTypes(KernelImage), null);
    }

    private KallsymsFile? OpenInMemory(Module module)
    {
        if (!IsKernel(module))
        {
            // The kernel's own names lead to its modules'.
            if (client.Modules.Kernel?.Symbols is null || _guest?.NamesOfModule(client.Virtual, module.Base) is not { } names) return null;
            Lazy<BtfTypes?> shared = _guestTypes!;
            return new KallsymsFile(InMemory, module.Base, names, () => shared.Value);
        }

        if (LinuxGuest.At(client.Virtual, module.Base) is not { } kernel) return null;
        Lazy<BtfTypes?> types = new(() => TypesOf(kernel));
        _guest = kernel;
        _guestTypes = types;
        _unwinding = new Lazy<OrcTable?>(() => OrcTable.Of(kernel.Names, types.Value));
        return new KallsymsFile(InMemory, kernel.Base, kernel.Names, () => types.Value);
    }

    private BtfTypes? TypesOf(LinuxGuest guest)
    {
        BtfTypes? types = guest.Types(client.Virtual);
        Tell(guest.TypesProblem);
        return types;
    }

    private BtfTypes? ParseTypes(byte[]? bytes, BtfTypes? kernel)
    {
        if (bytes is null) return null;
        try
        {
            BtfTypes types = BtfTypes.Parse(bytes, kernel);
            Tell(types.Problem);
            return types;
        }
        catch (BtfFormatException e)
        {
            Tell(e.Message);
            return null;
        }
    }

    private void Tell(string problem)
    {
        if (problem.Length > 0) client.WriteOutput(OutputMask.Warning, $"*** BTF: {problem}\n");
    }
}
