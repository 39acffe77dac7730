using NetKd.Target.Simulation;

namespace NetKd.Target.Bridge;

/// <summary>The kernel that debuggers are shown of a machine that has none of NT's. Only the debugger sees it: the machine's memory is not touched.</summary>
internal abstract class MadeUpKernel
{
    /// <summary>What its module list says of the kernel's image.</summary>
    public abstract LoadedModule Kernel { get; }

    /// <summary>The list head of the module list, or 0.</summary>
    public abstract ulong LoadedModuleList { get; }

    /// <summary>The list head that leads to the debugger data block, or 0.</summary>
    public abstract ulong DebuggerDataList { get; }

    /// <summary>Address of the thread that a processor is said to run, or 0.</summary>
    public virtual ulong Thread(int processor) => 0;

    /// <summary>True for an address that it answers for.</summary>
    public abstract bool Covers(ulong address);

    /// <summary>Reads of it; a short count at the end of what it has.</summary>
    public abstract int Read(ulong address, Span<byte> destination);

    /// <summary>Writes into it, as debuggers write to their kernel's variables.</summary>
    public abstract int Write(ulong address, ReadOnlySpan<byte> source);
}
