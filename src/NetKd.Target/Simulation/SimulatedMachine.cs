using System.Buffers.Binary;

namespace NetKd.Target.Simulation;

/// <summary>
/// A deterministic amd64 machine with an NT-shaped kernel, made to be debugged: memory behind real page tables, processors that execute
/// a subset of x64, debug registers, ports, MSRs and PCI. The same calls give the same run. One thread owns it.
/// </summary>
public sealed partial class SimulatedMachine : Amd64Machine
{
    private const uint UnhandledExceptionCode = 0x1E; // KMODE_EXCEPTION_NOT_HANDLED
    private const ulong InitialFlags = RFlags.AlwaysSet | RFlags.Interrupt;

    private readonly SimulatedImage _hal;
    private readonly SimulatedImage _kernel;
    private readonly Amd64Processor[] _processors;
    private PhysicalMemory _memory;
    private MachineDevices _devices;
    private Interpreter _interpreter;
    private ExceptionRecord _exception;
    private uint? _requestedBugCheck;
    private ulong _ticks;
    private int _current;

    /// <summary>Makes a machine that has just booted, with 1 to 32 processors.</summary>
    public SimulatedMachine(int processorCount = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processorCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(processorCount, KernelLayout.MaxProcessors);
        _hal = HalImage.Build();
        _kernel = KernelImage.Build(_hal, processorCount);
        _processors = new Amd64Processor[processorCount];
        Restart();
    }

    /// <summary>The kernel's image.</summary>
    public SimulatedImage Kernel => _kernel;

    /// <summary>The second image.</summary>
    public SimulatedImage Hal => _hal;

    /// <summary>RAM.</summary>
    public PhysicalMemory Memory => _memory;

    /// <summary>Ports, MSRs and PCI.</summary>
    public MachineDevices Devices => _devices;

    /// <summary>True once the debugger has asked for a restart; <see cref="Restart"/> does it.</summary>
    public bool RebootRequested { get; private set; }

    /// <summary>A processor's registers.</summary>
    public Amd64Processor Processor(int number) => _processors[number];

    /// <summary>Address of a function or variable of the kernel by name. Throws <see cref="KeyNotFoundException"/> for an unknown one.</summary>
    public ulong AddressOf(string symbol) => _kernel.Symbols[symbol];

    /// <summary>Puts memory, processors and devices into the state after boot.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_memory), nameof(_devices), nameof(_interpreter))]
    public void Restart()
    {
        _memory = BootedMemory.Build(_kernel, _hal, _processors.Length);
        _devices = new MachineDevices();
        for (int i = 0; i < _processors.Length; i++) _processors[i] = NewProcessor(i);
        _interpreter = new Interpreter(_memory, _devices, _processors[0]);
        _exception = default;
        _requestedBugCheck = null;
        _ticks = 0;
        _current = 0;
        RebootRequested = false;
    }

    /// <summary>
    /// Runs the processors in turn, up to a number of instructions each. Stops early when a processor has something to report
    /// (<see cref="MachineEvent.Exception"/>, <see cref="MachineEvent.Print"/>), or when all wait for an interrupt.
    /// </summary>
    public MachineEvent Run(int instructions)
    {
        if (RebootRequested) return MachineEvent.Reboot;
        if (_requestedBugCheck is uint code)
        {
            _requestedBugCheck = null;
            BeginBugCheck(code, 0, 0, 0, 0);
        }

        // The processor that the debugger looked at goes first, so that a step ends where it was asked for.
        bool allWait = true;
        for (int i = 0; i < _processors.Length; i++)
        {
            int number = (_current + i) % _processors.Length;
            Amd64Processor processor = _processors[number];
            for (int done = 0; done < instructions && !processor.IsWaiting; done++)
            {
                StepOutcome outcome = _interpreter.Step(processor, out ExceptionRecord exception);
                if (outcome == StepOutcome.Waiting) processor.IsWaiting = true;
                if (outcome == StepOutcome.Exception)
                {
                    _exception = exception;
                    _current = number;
                    SaveProcessors();
                    return MachineEvent.Exception;
                }

                if (outcome == StepOutcome.Print)
                {
                    _current = number;
                    return MachineEvent.Print;
                }
            }

            allWait &= processor.IsWaiting;
        }

        return allWait ? MachineEvent.AllWaiting : MachineEvent.None;
    }

    /// <summary>The exception that ended the last <see cref="Run"/>.</summary>
    public ExceptionRecord PendingException => _exception;

    /// <summary>Copies the text of the last <see cref="MachineEvent.Print"/>. Returns its length, cut to the span.</summary>
    public int ReadPrint(Span<byte> text)
    {
        Amd64Processor processor = _processors[_current];
        int length = Math.Min((int)(processor.General[2] & 0xFFFF), text.Length);
        return ReadVirtual(processor.General[1], text[..length]);
    }

    /// <summary>A clock tick: time goes on and processors that wait in HLT go on behind it.</summary>
    public void Tick()
    {
        BootedMemory.SetTime(_memory, ++_ticks);
        foreach (Amd64Processor processor in _processors) processor.IsWaiting = false;
    }

    /// <summary>
    /// What a break-in does: a clock interrupt on processor 0 whose handler sees the request and calls
    /// DbgBreakPointWithStatus(1). Run on to get there. It comes through even with interrupts off, so that a debugger always can.
    /// </summary>
    public void BreakIn()
    {
        WriteVirtual(AddressOf("KdpBreakRequested"), [1]);
        _current = 0;
        Interrupt(_processors[0], AddressOf("KiClockInterrupt"));
    }

    /// <summary>
    /// Goes on after an exception was reported: with a first chance that nobody handled this gives the second (true: report
    /// <see cref="PendingException"/> again), after that a bug check begins.
    /// </summary>
    public bool PassOn()
    {
        if (_exception.FirstChance)
        {
            _exception.FirstChance = false;
            return true;
        }

        BeginBugCheck(UnhandledExceptionCode, _exception.Code, _exception.Address, _exception.Information0, _exception.Information1);
        return false;
    }

    /// <summary>Steps over a breakpoint instruction that the current processor stands at, as a kernel does when no debugger is there.</summary>
    public void SkipBreakpoint() => _processors[_current].Rip = unchecked(_processors[_current].Rip + 1);

    private Amd64Processor NewProcessor(int number)
    {
        ulong region = KernelLayout.ProcessorControlRegion(number);
        ulong descriptors = region + PhysicalMemory.PageSize;
        var processor = new Amd64Processor(number)
        {
            Rip = AddressOf(number == 0 ? "KiSystemStartup" : "KiStartAuxiliaryProcessor"),
            // As if called: the return address 0 ends stack walks.
            Rsp = KernelLayout.StackBase(number) - 0x38,
            Flags = InitialFlags,
            Cr0 = 0x8005_0033,
            Cr3 = KernelLayout.PageTableRoot,
            Cr4 = 0x0003_06F8,
            GdtBase = descriptors,
            GdtLimit = 0x57,
            IdtBase = descriptors + PhysicalMemory.PageSize,
            IdtLimit = 0xFFF,
            TaskRegister = KernelLayout.TaskSelector,
            GsBase = region,
        };
        ReadOnlySpan<ushort> segments =
        [
            KernelLayout.CodeSelector, KernelLayout.UserDataSelector, KernelLayout.UserDataSelector,
            KernelLayout.UserTebSelector, KernelLayout.UserDataSelector, KernelLayout.StackSelector,
        ];
        segments.CopyTo(processor.Segments);
        processor.SystemCallRegisters[0] = 0x0023_0010_0000_0000;
        processor.SystemCallRegisters[1] = AddressOf("KiClockInterrupt");
        processor.SystemCallRegisters[3] = 0x4700;
        return processor;
    }

    // Delivers an interrupt as the processor does in 64-bit mode: the stack aligned to 16, then SS, RSP, RFLAGS, CS, RIP (SDM 3A, 6.14.2).
    private void Interrupt(Amd64Processor processor, ulong handler)
    {
        ulong top = processor.Rsp & ~15UL;
        Span<byte> frame = stackalloc byte[5 * 8];
        BinaryPrimitives.WriteUInt64LittleEndian(frame, processor.Rip);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], processor.Segments[0]);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[16..], processor.Flags);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[24..], processor.Rsp);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[32..], processor.Segments[5]);
        top = unchecked(top - (ulong)frame.Length);
        WriteVirtual(top, frame);
        processor.Rsp = top;
        processor.Rip = handler;
        processor.Flags &= ~(RFlags.Trap | RFlags.Interrupt | RFlags.Resume);
        processor.IsWaiting = false;
    }

    private void BeginBugCheck(ulong code, ulong first, ulong second, ulong third, ulong fourth)
    {
        Span<byte> parameters = stackalloc byte[5 * 8];
        BinaryPrimitives.WriteUInt64LittleEndian(parameters, code);
        BinaryPrimitives.WriteUInt64LittleEndian(parameters[8..], first);
        BinaryPrimitives.WriteUInt64LittleEndian(parameters[16..], second);
        BinaryPrimitives.WriteUInt64LittleEndian(parameters[24..], third);
        BinaryPrimitives.WriteUInt64LittleEndian(parameters[32..], fourth);
        WriteVirtual(AddressOf("KiPendingBugCheck"), parameters);
        Interrupt(_processors[_current], AddressOf("KiBugCheckInterrupt"));
    }

    // A kernel saves every processor's state when it freezes for the debugger; tools read it from there.
    private void SaveProcessors()
    {
        Span<byte> context = stackalloc byte[Amd64ContextSize];
        Span<byte> special = stackalloc byte[Protocol.Contexts.Amd64SpecialRegisterOffsets.Size];
        foreach (Amd64Processor processor in _processors)
        {
            ulong block = KernelLayout.ProcessorControlRegion(processor.Number) + KernelLayout.PrcbOffset;
            SpecialRegisters.Write(processor, special);
            WriteVirtual(block + KernelLayout.PrcbSpecialRegisters, special);
            ContextRecord.Write(processor, context);
            WriteVirtual(block + KernelLayout.PrcbContext, context);
        }
    }
}
