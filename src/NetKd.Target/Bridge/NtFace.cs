using System.Buffers.Binary;
using NetKd.Protocol.Contexts;
using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>
/// What NT debuggers look for in a machine, made up for one that is no NT: a kernel image with the debugger data block and the one function
/// that they know by name, a module list with the images that were found, a block for each processor. It is at addresses where no known
/// system has anything, and only the debugger sees it: the machine's memory is not touched.
/// </summary>
internal sealed class NtFace : MadeUpKernel
{
    private const ulong LongModeActive = 1 << 10;
    private const ulong CodeOf64Bits = 0x0020_9B00_0000_0000;
    private const ulong CodeOf32Bits = 0x00CF_9B00_0000_FFFF;
    private static readonly Guid s_pdbId = new("5b2c1a7e-93d4-4f60-8a11-6e746b640003");

    // brk #0xf000, which NT's breakpoints on arm64 are, and ret.
    private static readonly byte[] s_arm64Breakpoint = [0x00, 0x00, 0x3E, 0xD4, 0xC0, 0x03, 0x5F, 0xD6];

    private readonly SimulatedImage _kernel;
    private readonly PhysicalMemory _memory;
    private readonly int _processors;

    /// <summary>Makes a face for a number of processors that shows some images.</summary>
    /// <param name="machine">PE machine type: amd64 or arm64. All else is the same, since debuggers take offsets from the data block.</param>
    /// <param name="processors">How many.</param>
    /// <param name="images">The images.</param>
    /// <param name="system">What runs in the machine, as the build lab tells it; null where nobody knows.</param>
    public NtFace(ushort machine, int processors, IEnumerable<LoadedModule> images, string? system = null)
    {
        _processors = Math.Min(processors, KernelLayout.MaxProcessors);
        ImageBuilder image = new(KernelLayout.KernelBase, machine);
        DebuggerDataBlock.Reserve(image);
        DebuggerDataBlock.Fill(image, _processors, system ?? $"{KernelLayout.BuildNumber}.1.{(machine == ContextLayout.MachineArm64 ? "arm64" : "amd64")}fre.netkd_bridge.260101-0000");
        image.Function(new ImageFunction
        {
            Name = "DbgBreakPointWithStatus",
            Code = machine == ContextLayout.MachineArm64 ? s_arm64Breakpoint : null,
            Body = code =>
            {
                code.Assembler.int3();
                code.Return();
            },
        });
        _kernel = image.Build("netkd-bridge.exe", "netkd-bridge.exe", "netkd-bridge.pdb", s_pdbId, 0x6560_0003);
        _memory = BootedMemory.Build(_kernel, [], [LoadedModule.Of(_kernel), .. images], _processors);
    }

    /// <inheritdoc/>
    public override LoadedModule Kernel => LoadedModule.Of(_kernel);

    /// <inheritdoc/>
    public override ulong LoadedModuleList => _kernel.Symbols["PsLoadedModuleList"];

    /// <inheritdoc/>
    public override ulong DebuggerDataList => _kernel.Symbols[DebuggerDataBlock.ListName];

    /// <inheritdoc/>
    public override bool Covers(ulong address) =>
        Within(address, KernelLayout.KernelBase, _kernel.Size)
        || Within(address, KernelLayout.ProcessorBlocks, KernelLayout.ProcessorBlockSize * (ulong)_processors)
        || Within(address, KernelLayout.Pool, KernelLayout.PoolSize)
        || Within(address, KernelLayout.SharedUserData, PhysicalMemory.PageSize);

    /// <inheritdoc/>
    public override int Read(ulong address, Span<byte> destination) => AddressSpace.Read(_memory, KernelLayout.PageTableRoot, address, destination);

    /// <inheritdoc/>
    public override int Write(ulong address, ReadOnlySpan<byte> source) => AddressSpace.Write(_memory, KernelLayout.PageTableRoot, address, source);

    /// <summary>Address of a processor's KPCR.</summary>
    public static ulong ControlRegion(int processor) => KernelLayout.ProcessorControlRegion(processor);

    /// <inheritdoc/>
    public override ulong Thread(int processor) => KernelLayout.IdleThread(processor);

    /// <summary>
    /// Shows a processor's code segment in its descriptor table: debuggers take the size of code from there. Gives the table's address and limit.
    /// </summary>
    public (ulong Address, ushort Limit) ShowCodeSegment(int processor, ushort selector, ulong efer)
    {
        ulong table = ControlRegion(processor) + PhysicalMemory.PageSize;
        Span<byte> descriptor = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor, (efer & LongModeActive) != 0 ? CodeOf64Bits : CodeOf32Bits);
        ulong entry = (ulong)(selector & ~7);
        if (entry is > 0 and < PhysicalMemory.PageSize) Write(table + entry, descriptor);
        return (table, PhysicalMemory.PageSize - 1);
    }

    private static bool Within(ulong address, ulong start, ulong size) => unchecked(address - start) < size;
}
