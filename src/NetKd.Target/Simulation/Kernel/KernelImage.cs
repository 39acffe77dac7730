using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace NetKd.Target.Simulation;

/// <summary>
/// The kernel image of the simulated machine: start-up, an idle loop with some work worth a breakpoint, the debugger's entry points and
/// the bug check. Functions carry the names of their NT counterparts; those of our own begin with Sim.
/// </summary>
internal static class KernelImage
{
    private const int PrimeLimit = 30;
    private const int Rounds = 3;
    private const int RoundsPerMessage = 1024;
    private const string ReadyText = "NetKd simulated target ready\n";
    private const string RoundsText = "SimWorkerLoop: 1024 more rounds\n";

    private static readonly Guid s_pdbId = new("5b2c1a7e-93d4-4f60-8a11-6e746b640001");
    private static readonly Register[] s_volatile =
        [Register.RAX, Register.RCX, Register.RDX, Register.R8, Register.R9, Register.R10, Register.R11];

    /// <summary>Builds the image at <see cref="KernelLayout.KernelBase"/> for a number of processors.</summary>
    public static SimulatedImage Build(SimulatedImage hal, int processorCount)
    {
        var image = new ImageBuilder(KernelLayout.KernelBase);
        DebuggerDataBlock.Reserve(image);
        foreach (string name in new[] { "SimCounter", "SimRounds" }) image.Variable(name, exported: true);
        foreach (string name in new[] { "KdpBreakRequested", "__imp_HalProcessorIdle" }) image.Variable(name);
        image.Variable("KiPendingBugCheck", 5 * 8);
        image.Text("SimReadyText", ReadyText);
        image.Text("SimRoundsText", RoundsText);
        image.Set("__imp_HalProcessorIdle", hal.Symbols["HalProcessorIdle"]);
        DebuggerDataBlock.Fill(image, processorCount, DebuggerDataBlock.SimulatedBuildLab);

        AddStartup(image);
        AddWork(image);
        AddDebuggerEntries(image);
        AddBugCheck(image);
        return image.Build("ntoskrnl.exe", @"\SystemRoot\system32\ntoskrnl.exe", "netkd-sim-kernel.pdb", s_pdbId, 0x6560_0001);
    }

    private static void AddStartup(ImageBuilder image)
    {
        image.Function(new ImageFunction
        {
            Name = "KiSystemStartup",
            StackBytes = 0x28,
            Body = code =>
            {
                code.LoadAddress(Register.RCX, "SimReadyText");
                code.Assembler.mov(edx, ReadyText.Length);
                code.Call("DbgPrint");
                code.Call("KiIdleLoop");
                code.Assembler.int3();
            },
        });
        image.Function(new ImageFunction
        {
            Name = "KiStartAuxiliaryProcessor",
            StackBytes = 0x28,
            Body = code =>
            {
                Label again = code.Assembler.CreateLabel();
                code.Assembler.Label(ref again);
                code.CallThrough("__imp_HalProcessorIdle");
                code.Assembler.jmp(again);
            },
        });
        image.Function(new ImageFunction
        {
            Name = "KiIdleLoop",
            StackBytes = 0x28,
            Body = code =>
            {
                Assembler a = code.Assembler;
                Label again = a.CreateLabel();
                Label quiet = a.CreateLabel();
                a.Label(ref again);
                code.Call("SimWorkerLoop");
                code.LoadAddress(Register.RAX, "SimRounds");
                a.inc(__dword_ptr[rax]);
                a.test(__dword_ptr[rax], RoundsPerMessage - 1);
                a.jne(quiet);
                code.LoadAddress(Register.RCX, "SimRoundsText");
                a.mov(edx, RoundsText.Length);
                code.Call("DbgPrint");
                a.Label(ref quiet);
                code.CallThrough("__imp_HalProcessorIdle");
                a.jmp(again);
            },
        });
    }

    private static void AddWork(ImageBuilder image)
    {
        image.Function(new ImageFunction
        {
            Name = "SimWorkerLoop",
            Saved = [Register.RBX],
            StackBytes = 0x20,
            Body = code =>
            {
                Assembler a = code.Assembler;
                Label again = a.CreateLabel();
                a.mov(ebx, Rounds);
                a.Label(ref again);
                a.mov(ecx, PrimeLimit);
                code.Call("SimComputePrimes");
                a.dec(ebx);
                a.jne(again);
                code.Return();
            },
        });
        image.Function(new ImageFunction
        {
            // ECX: limit. Adds every prime below it to the counter; returns how many there were.
            Name = "SimComputePrimes",
            Saved = [Register.RBX, Register.RSI, Register.RDI],
            StackBytes = 0x20,
            Body = EmitPrimes,
        });
        image.Function(new ImageFunction
        {
            // RCX: amount. Returns the new value.
            Name = "SimAddToCounter",
            Body = code =>
            {
                code.LoadAddress(Register.RAX, "SimCounter");
                code.Assembler.add(__qword_ptr[rax], rcx);
                code.Assembler.mov(rax, __qword_ptr[rax]);
                code.Return();
            },
        });
        image.Function(new ImageFunction
        {
            Name = "SimReadNullPointer",
            Body = code =>
            {
                code.Assembler.xor(eax, eax);
                code.Assembler.mov(rax, __qword_ptr[rax]);
                code.Return();
            },
        });
    }

    private static void EmitPrimes(FunctionCode code)
    {
        Assembler a = code.Assembler;
        Label nextNumber = a.CreateLabel();
        Label nextDivisor = a.CreateLabel();
        Label divide = a.CreateLabel();
        Label divided = a.CreateLabel();
        Label prime = a.CreateLabel();
        Label composite = a.CreateLabel();
        Label done = a.CreateLabel();
        a.mov(edi, ecx); // limit
        a.xor(esi, esi); // primes found
        a.mov(ebx, 2); // candidate
        a.Label(ref nextNumber);
        a.cmp(ebx, edi);
        a.jae(done);
        a.mov(ecx, 2); // divisor
        a.Label(ref nextDivisor);
        a.mov(eax, ecx);
        a.imul(eax, ecx);
        a.cmp(eax, ebx);
        a.ja(prime);
        a.mov(eax, ebx);
        a.Label(ref divide);
        a.cmp(eax, ecx);
        a.jb(divided);
        a.sub(eax, ecx);
        a.jmp(divide);
        a.Label(ref divided);
        a.test(eax, eax);
        a.je(composite);
        a.inc(ecx);
        a.jmp(nextDivisor);
        a.Label(ref prime);
        a.mov(ecx, ebx);
        code.Call("SimAddToCounter");
        a.inc(esi);
        a.Label(ref composite);
        a.inc(ebx);
        a.jmp(nextNumber);
        a.Label(ref done);
        a.mov(eax, esi);
        code.Return();
    }

    private static void AddDebuggerEntries(ImageBuilder image)
    {
        image.Function(new ImageFunction
        {
            Name = "DbgBreakPointWithStatus",
            Body = code =>
            {
                code.Assembler.int3();
                code.Return();
            },
        });
        image.Function(new ImageFunction
        {
            // RCX: text, EDX: length. INT 2Dh with EAX 1 is NT's service for printing, with an INT3 behind it that is stepped over.
            Name = "DbgPrint",
            Body = code =>
            {
                code.Assembler.mov(eax, 1);
                code.Assembler.@int(0x2D);
                code.Assembler.int3();
                code.Return();
            },
        });
        image.Function(new ImageFunction
        {
            Name = "KdCheckForDebugBreak",
            StackBytes = 0x28,
            Body = code =>
            {
                Assembler a = code.Assembler;
                Label quiet = a.CreateLabel();
                code.LoadAddress(Register.RAX, "KdpBreakRequested");
                a.cmp(__byte_ptr[rax], 0);
                a.je(quiet);
                a.mov(__byte_ptr[rax], 0);
                a.mov(ecx, 1); // DBG_STATUS_CONTROL_C
                code.Call("DbgBreakPointWithStatus");
                a.Label(ref quiet);
                code.Return();
            },
        });
        image.Function(new ImageFunction
        {
            Name = "KiClockInterrupt",
            HasMachineFrame = true,
            Saved = s_volatile,
            StackBytes = 0x20,
            Body = code =>
            {
                code.Call("KdCheckForDebugBreak");
                code.Return();
            },
        });
    }

    private static void AddBugCheck(ImageBuilder image)
    {
        image.Function(new ImageFunction
        {
            // How the machine brings a bug check about that the debugger or an exception nobody handled has asked for.
            Name = "KiBugCheckInterrupt",
            HasMachineFrame = true,
            Saved = s_volatile,
            StackBytes = 0x30,
            Body = code =>
            {
                Assembler a = code.Assembler;
                code.LoadAddress(Register.RAX, "KiPendingBugCheck");
                a.mov(rcx, __qword_ptr[rax + 0x20]);
                a.mov(__qword_ptr[rsp + 0x20], rcx);
                a.mov(r9, __qword_ptr[rax + 0x18]);
                a.mov(r8, __qword_ptr[rax + 0x10]);
                a.mov(rdx, __qword_ptr[rax + 8]);
                a.mov(rcx, __qword_ptr[rax]);
                code.Call("KeBugCheckEx");
                a.int3();
            },
        });
        image.Function(new ImageFunction
        {
            Name = "KeBugCheckEx",
            StackBytes = 0x28,
            Body = code =>
            {
                Assembler a = code.Assembler;
                Label forever = a.CreateLabel();
                code.LoadAddress(Register.RAX, "KiBugcheckData");
                a.mov(__qword_ptr[rax], rcx);
                a.mov(__qword_ptr[rax + 8], rdx);
                a.mov(__qword_ptr[rax + 0x10], r8);
                a.mov(__qword_ptr[rax + 0x18], r9);
                a.mov(rcx, __qword_ptr[rsp + 0x50]);
                a.mov(__qword_ptr[rax + 0x20], rcx);
                a.mov(ecx, 3); // DBG_STATUS_BUGCHECK_FIRST
                code.Call("DbgBreakPointWithStatus");
                a.mov(ecx, 4); // DBG_STATUS_BUGCHECK_SECOND
                code.Call("DbgBreakPointWithStatus");
                a.Label(ref forever);
                a.cli();
                a.hlt();
                a.jmp(forever);
            },
        });
    }
}
