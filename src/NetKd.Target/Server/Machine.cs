namespace NetKd.Target.Server;

/// <summary>
/// The machine that a <see cref="KdServer"/> serves: its memory, registers and processors, and nothing of the wire.
/// </summary>
/// <remarks>
/// This file is compiled twice: hosted, and into the bare-metal target (no exceptions, no runtime). Implementations report
/// failure through their return value and never throw. The server calls from one thread only, and only while the machine
/// is halted, except for <see cref="ProcessorCount"/>. An abstract class, not an interface: the bare-metal build resolves
/// interface calls by a search at each call, virtual calls by a table.
/// </remarks>
public abstract class Machine
{
    /// <summary>The size in bytes of an amd64 CONTEXT record.</summary>
    public const int Amd64ContextSize = 0x4d0;

    /// <summary>Number of processors, at least 1.</summary>
    public abstract int ProcessorCount { get; }

    /// <summary>The PE machine type reported to the debugger, 0x8664 for amd64.</summary>
    public abstract ushort MachineType { get; }

    /// <summary>False for a machine with pointers of four bytes: its addresses are sign-extended on the wire.</summary>
    public virtual bool Is64Bit => true;

    /// <summary>Major version of the GetVersion reply, 0x000F for a free NT 10 kernel.</summary>
    public abstract ushort MajorVersion { get; }

    /// <summary>Minor version of the GetVersion reply: the build number.</summary>
    public abstract ushort BuildNumber { get; }

    /// <summary>Virtual address of the kernel image.</summary>
    public abstract ulong KernelBase { get; }

    /// <summary>Virtual address of the list head of KLDR_DATA_TABLE_ENTRY (PsLoadedModuleList).</summary>
    public abstract ulong LoadedModuleList { get; }

    /// <summary>Virtual address of a pointer-sized cell that points to the debugger data block (KDDEBUGGER_DATA64), or 0.</summary>
    public abstract ulong DebuggerDataList { get; }

    /// <summary>The processor that caused the current halt.</summary>
    public abstract int CurrentProcessor { get; }

    /// <summary>Makes another processor the current one, within a halt. False for an unknown processor.</summary>
    public virtual bool SwitchProcessor(int processor) => processor == CurrentProcessor;

    /// <summary>Address of the thread object (KTHREAD) that a processor runs.</summary>
    public abstract ulong CurrentThread(int processor);

    /// <summary>Program counter of a processor.</summary>
    public abstract ulong ProgramCounter(int processor);

    /// <summary>Reads virtual memory. Returns how many bytes from the start could be read: a fault is a short count, 0 included.</summary>
    public abstract int ReadVirtual(ulong address, Span<byte> destination);

    /// <summary>Writes virtual memory, through read-only protection as debuggers need. Returns the count written from the start.</summary>
    public abstract int WriteVirtual(ulong address, ReadOnlySpan<byte> source);

    /// <summary>
    /// Puts a breakpoint at an address and gives the byte that it replaces, or the one that stays when the machine has other means.
    /// False when the address is not there.
    /// </summary>
    public virtual bool InsertBreakpoint(ulong address, out byte original)
    {
        const byte Int3 = 0xCC;
        Span<byte> bytes = stackalloc byte[1];
        bool there = ReadVirtual(address, bytes) == 1;
        original = bytes[0];
        bytes[0] = Int3;
        return there && WriteVirtual(address, bytes) == 1;
    }

    /// <summary>Takes a breakpoint of <see cref="InsertBreakpoint"/> out again. False when its address is not there any more.</summary>
    public virtual bool RemoveBreakpoint(ulong address, byte original)
    {
        Span<byte> bytes = stackalloc byte[1];
        bytes[0] = original;
        return WriteVirtual(address, bytes) == 1;
    }

    /// <summary>Reads physical memory. Returns how many bytes from the start could be read.</summary>
    public abstract int ReadPhysical(ulong address, Span<byte> destination);

    /// <summary>Writes physical memory. Returns the count written from the start.</summary>
    public abstract int WritePhysical(ulong address, ReadOnlySpan<byte> source);

    /// <summary>Reads an I/O port of 1, 2 or 4 bytes. False when there is no such port space or size.</summary>
    public abstract bool ReadIo(ulong port, uint size, out uint value);

    /// <summary>Writes an I/O port of 1, 2 or 4 bytes.</summary>
    public abstract bool WriteIo(ulong port, uint size, uint value);

    /// <summary>Reads a model-specific register of the current processor. False when the processor refuses it.</summary>
    public abstract bool ReadMsr(uint register, out ulong value);

    /// <summary>Writes a model-specific register of the current processor.</summary>
    public abstract bool WriteMsr(uint register, ulong value);

    /// <summary>
    /// Reads bus configuration space; bus data type 4 is PCI, a slot holds device (low five bits) and function (next three).
    /// Returns the bytes read, 0 for no such bus or device.
    /// </summary>
    public virtual int ReadBusData(uint busDataType, uint bus, uint slot, uint offset, Span<byte> destination) => 0;

    /// <summary>Writes bus configuration space. Returns the bytes written.</summary>
    public virtual int WriteBusData(uint busDataType, uint bus, uint slot, uint offset, ReadOnlySpan<byte> source) => 0;

    /// <summary>Size in bytes of this machine's CONTEXT record.</summary>
    public virtual int ContextSize => Amd64ContextSize;

    /// <summary>Writes a processor's CONTEXT record, exactly <see cref="ContextSize"/> bytes. False for an unknown processor.</summary>
    public abstract bool ReadContext(int processor, Span<byte> context);

    /// <summary>Sets a processor's registers from a CONTEXT record of <see cref="ContextSize"/> bytes.</summary>
    public abstract bool WriteContext(int processor, ReadOnlySpan<byte> context);

    /// <summary>
    /// Reads processor control space: on amd64 the address names a set (0 KPCR pointer, 1 KPRCB pointer, 2 KSPECIAL_REGISTERS,
    /// 3 thread pointer), and on arm64; on x86 it is an offset into the processor's state. Returns the bytes given, 0 for an unknown set.
    /// </summary>
    public abstract int ReadControlSpace(int processor, ulong set, Span<byte> destination);

    /// <summary>Writes processor control space (set 2 on amd64). Returns the bytes taken.</summary>
    public abstract int WriteControlSpace(int processor, ulong set, ReadOnlySpan<byte> source);

    /// <summary>
    /// Fills the 48-byte control report of a state change: Dr6 and Dr7 u64, EFlags u32, InstructionCount u16, ReportFlags u16,
    /// InstructionStream 16 bytes, SegCs, SegDs, SegEs, SegFs u16. Other architectures have their own (<see cref="MachineType"/> says which).
    /// </summary>
    public abstract void FillControlReport(int processor, Span<byte> report);

    /// <summary>
    /// Called when the debugger lets the machine go: single-step the current processor or not, and the debug control register to load.
    /// <paramref name="setDebugControl"/> is false for the old Continue, which carries neither.
    /// </summary>
    public abstract void PrepareContinue(bool trace, bool setDebugControl, ulong dr7);

    /// <summary>Restarts the machine. May return when the restart happens later.</summary>
    public abstract void Reboot();

    /// <summary>Stops the machine with a bug check. May return when it happens after the current halt.</summary>
    public abstract void CauseBugCheck(uint code);
}
