using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>
/// The least that a KD target must say of its kernel, for a 32-bit machine: where it is. That is above the 4 GiB that the machine can have, so that it
/// hides nothing, and there is nothing to read: no image, no debugger data block, no module list.
/// </summary>
internal sealed class X86Face : MadeUpKernel
{
    private const ulong Base = 1UL << 32;
    private const uint Size = 0x1000;

    /// <inheritdoc/>
    public override LoadedModule Kernel { get; } = new("netkd-bridge.exe", "netkd-bridge.exe", Base, Size, 0, 0, 0);

    /// <inheritdoc/>
    public override ulong LoadedModuleList => 0;

    /// <inheritdoc/>
    public override ulong DebuggerDataList => 0;

    /// <summary>True for all that no 32-bit address can be: neither below 4 GiB nor sign-extended.</summary>
    public override bool Covers(ulong address) => address >> 32 != 0 && unchecked((long)address) >> 31 != -1;

    /// <inheritdoc/>
    public override int Read(ulong address, Span<byte> destination) => 0;

    /// <inheritdoc/>
    public override int Write(ulong address, ReadOnlySpan<byte> source) => 0;
}
