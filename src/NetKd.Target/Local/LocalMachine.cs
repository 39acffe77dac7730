using NetKd.Target.Simulation;

namespace NetKd.Target.Local;

/// <summary>
/// The machine that the debugger itself runs on, as a <see cref="Server.KdServer"/> needs it. It cannot be halted, so it has no registers, no
/// breakpoints and no way to run (facts: kernel-debugging-docs, B.11): what is left is memory. Used by one thread.
/// </summary>
public abstract class LocalMachine : Amd64Machine, IDisposable
{
    /// <inheritdoc/>
    public override int ProcessorCount => Math.Min(Environment.ProcessorCount, KernelLayout.MaxProcessors);

    /// <inheritdoc/>
    public override int CurrentProcessor => 0;

    /// <inheritdoc/>
    public override ulong CurrentThread(int processor) => 0;

    /// <inheritdoc/>
    public override ulong ProgramCounter(int processor) => 0;

    /// <inheritdoc/>
    public override bool InsertBreakpoint(ulong address, out byte original)
    {
        original = 0;
        return false;
    }

    /// <inheritdoc/>
    public override bool RemoveBreakpoint(ulong address, byte original) => false;

    /// <inheritdoc/>
    public override bool ReadIo(ulong port, uint size, out uint value)
    {
        value = 0;
        return false;
    }

    /// <inheritdoc/>
    public override bool WriteIo(ulong port, uint size, uint value) => false;

    /// <inheritdoc/>
    public override bool ReadMsr(uint register, out ulong value)
    {
        value = 0;
        return false;
    }

    /// <inheritdoc/>
    public override bool WriteMsr(uint register, ulong value) => false;

    /// <inheritdoc/>
    public override bool ReadContext(int processor, Span<byte> context) => false;

    /// <inheritdoc/>
    public override bool WriteContext(int processor, ReadOnlySpan<byte> context) => false;

    /// <inheritdoc/>
    public override void FillControlReport(int processor, Span<byte> report) => report.Clear();

    /// <inheritdoc/>
    public override void PrepareContinue(bool trace, bool setDebugControl, ulong dr7)
    {
    }

    /// <inheritdoc/>
    public override void Reboot()
    {
    }

    /// <inheritdoc/>
    public override void CauseBugCheck(uint code)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what the machine is read through.</summary>
    protected abstract void Dispose(bool disposing);

    /// <inheritdoc/>
    protected override ulong ControlRegion(int processor) => 0;

    /// <inheritdoc/>
    protected override ulong ControlBlock(int processor) => 0;

    /// <inheritdoc/>
    protected override void WriteSpecialRegisters(int processor, Span<byte> block) => block.Clear();

    /// <inheritdoc/>
    protected override bool TakeSpecialRegisters(int processor, ReadOnlySpan<byte> block) => false;
}
