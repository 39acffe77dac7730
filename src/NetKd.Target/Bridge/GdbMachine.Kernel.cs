using NetKd.Symbols.Images;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>The kernel that debuggers are shown: the machine's own where it has NT's structures, else a made-up one.</summary>
public abstract partial class GdbMachine
{
    private const long LookHoldsMilliseconds = 1000;

    private GuestKernel? _guest;
    private MadeUpKernel? _face; // where there is no guest kernel
    private IReadOnlyList<LoadedModule> _images = [];
    private int _visible;
    private long? _lookedAt;

    /// <summary>What runs in the machine and what the debugger is shown, for people.</summary>
    public virtual string Description => _guest is { } guest
        ? $"a kernel with NT's structures at {guest.Base:x16}, build {guest.BuildNumber}"
        : $"no kernel with NT's structures was found: a made-up one is shown at {KernelBase:x16}";

    /// <summary>Processors that the kernel has started, where it is known; else all.</summary>
    public override int ProcessorCount => _visible;

    /// <inheritdoc/>
    public override ushort BuildNumber => _guest?.BuildNumber ?? KernelLayout.BuildNumber;

    /// <inheritdoc/>
    public override ulong KernelBase => _guest?.Base ?? _face!.Kernel.BaseAddress;

    /// <inheritdoc/>
    public override ulong LoadedModuleList => _guest?.LoadedModuleList ?? _face!.LoadedModuleList;

    /// <inheritdoc/>
    public override ulong DebuggerDataList => _guest?.DebuggerDataList ?? _face!.DebuggerDataList;

    /// <inheritdoc/>
    public override ulong CurrentThread(int processor) => _guest?.CurrentThread(_memory, processor) ?? _face!.Thread(processor);

    /// <summary>The kernel's image and, under the made-up one, those that were found: for the reports of their loading.</summary>
    internal IEnumerable<LoadedModule> Images => _guest is { } guest ? _images.Where(image => image.BaseAddress == guest.Base) : [_face!.Kernel, .. _images];

    /// <summary>The machine's own kernel, if it has one with NT's structures.</summary>
    private protected GuestKernel? Guest => _guest;

    /// <summary>True when kernels are to be looked for.</summary>
    private protected bool Guesses => _guess;

    /// <summary>Looks again at what the machine runs, unless it did so a moment ago: a machine without anything to find is looked through for seconds.</summary>
    public void LookAgain()
    {
        if (_lookedAt is not { } then || Environment.TickCount64 - then > LookHoldsMilliseconds) Look();
    }

    /// <summary>Looks at what the machine runs: its processors, its kernel, its images.</summary>
    private void Look()
    {
        List<LoadedModule> images = [];
        _guest = null;
        for (int i = 0; i < _processors.Length; i++)
        {
            SelectMemory(i);
            foreach (ulong address in PlacesOfCode(i))
            {
                if (images.Exists(known => address - known.BaseAddress < known.Size) || GuestImages.Find(_memory, address) is not { } image) continue;
                images.Add(GuestImages.Describe(image));
                if (_guess) _guest ??= GuestKernel.Find(_memory, image, PointerSize);
            }
        }

        LookFurther(images);
        _face = _guest is null ? MakeFace(images) : null;
        _images = images;
        _visible = _guest is null ? _processors.Length : Math.Max(1, Enumerable.Range(0, _processors.Length).TakeWhile(IsStarted).Count());
        SelectMemory(_current);
        _lookedAt = Environment.TickCount64;
    }

    /// <summary>Bytes of a pointer.</summary>
    private protected int PointerSize => Is64Bit ? 8 : 4;

    /// <summary>Addresses in code by which images are looked for: where the processor executes, and the kernel's handlers of interrupts.</summary>
    private protected virtual IEnumerable<ulong> PlacesOfCode(int processor) => [ProgramCounter(processor)];

    /// <summary>Adds what else than images was found.</summary>
    private protected virtual void LookFurther(List<LoadedModule> images)
    {
    }

    /// <summary>Makes up a kernel for a machine that shows none.</summary>
    private protected abstract MadeUpKernel MakeFace(List<LoadedModule> images);

    /// <summary>True for a processor that the machine's own kernel has started: others have nothing to show.</summary>
    private protected virtual bool IsStarted(int processor) => _guest!.ControlBlock(_memory, processor) != 0;
}
