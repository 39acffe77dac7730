using NetKd.Linux.Local;
using NetKd.Protocol.Contexts;
using NetKd.Target.Bridge;
using NetKd.Target.Simulation;

namespace NetKd.Target.Local;

/// <summary>
/// A Linux machine by its own <c>/proc/kcore</c>. KD debuggers find their way through NT's structures, so there is the bridge's made-up face, whose
/// module list has the kernel and its modules. Memory cannot be written: kcore takes no writes.
/// </summary>
public sealed class LocalLinuxMachine : LocalMachine
{
    private readonly KernelCore _core;
    private readonly NtFace _face;

    private LocalLinuxMachine(KernelCore core, NtFace face)
    {
        _core = core;
        _face = face;
    }

    /// <summary>Opens the kernel.</summary>
    /// <exception cref="IOException">It cannot be looked into; the message says why and what to do.</exception>
    public static LocalLinuxMachine Open(RunningKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        KernelCore core = kernel.TryOpen(out ulong start, out string reason) ?? throw new IOException(reason);
        // The image is a stretch of its own in the core file.
        ulong end = core.EndOf(start);
        List<LoadedModule> modules = [new("vmlinux", "vmlinux", start, (uint)(end - start), 0, 0, 0)];
        modules.AddRange(kernel.Modules().Select(m => new LoadedModule($"{m.Name}.ko", $"{m.Name}.ko", m.Base, m.Size, 0, 0, 0)));
        return new LocalLinuxMachine(core, new NtFace(ContextLayout.MachineAmd64, Environment.ProcessorCount, modules, $"Linux {kernel.Release}"));
    }

    /// <inheritdoc/>
    public override ushort BuildNumber => KernelLayout.BuildNumber;

    /// <inheritdoc/>
    public override ulong KernelBase => _face.Kernel.BaseAddress;

    /// <inheritdoc/>
    public override ulong LoadedModuleList => _face.LoadedModuleList;

    /// <inheritdoc/>
    public override ulong DebuggerDataList => _face.DebuggerDataList;

    /// <inheritdoc/>
    public override int ReadVirtual(ulong address, Span<byte> destination) => _face.Covers(address) ? _face.Read(address, destination) : _core.Read(address, destination);

    /// <inheritdoc/>
    public override int WriteVirtual(ulong address, ReadOnlySpan<byte> source) => 0;

    /// <inheritdoc/>
    public override int ReadPhysical(ulong address, Span<byte> destination) => _core.ReadPhysical(address, destination);

    /// <inheritdoc/>
    public override int WritePhysical(ulong address, ReadOnlySpan<byte> source) => 0;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _core.Dispose();
    }
}
