using Iced.Intel;
using NetKd.Protocol.Kd;
using NetKd.Target.Simulation;
using static Iced.Intel.AssemblerRegisters;

namespace NetKd.Target.Tests;

/// <summary>The machine as a program and a debugger see it.</summary>
public sealed class SimulatedMachineTests
{
    private const ulong WriteLength8 = 0x9_0001; // DR7: breakpoint 0, local, on writes of 8 bytes
    private const ulong ExecuteOnly = 0x1;

    private readonly SimulatedMachine _machine = new();

    private Amd64Processor Processor => _machine.Processor(0);

    [Fact]
    public void The_kernel_boots_prints_works_and_waits()
    {
        Assert.Equal(MachineEvent.Print, _machine.Run(1000));
        byte[] text = new byte[100];
        Assert.Equal("NetKd simulated target ready\n"u8.ToArray(), text[.._machine.ReadPrint(text)]);
        Assert.Equal(MachineEvent.AllWaiting, _machine.Run(100_000));
        // 2+3+5+7+11+13+17+19+23+29, three rounds.
        Assert.Equal(3 * 129UL, ReadUInt64(_machine.AddressOf("SimCounter")));
    }

    [Fact]
    public void Two_machines_run_alike()
    {
        var other = new SimulatedMachine();
        foreach (SimulatedMachine machine in new[] { _machine, other })
        {
            machine.Run(5000);
            machine.Run(5000);
            machine.Tick();
            machine.Run(777);
        }

        Assert.Equal(Processor.Rip, other.Processor(0).Rip);
        Assert.Equal(Processor.General.ToArray(), other.Processor(0).General.ToArray());
    }

    [Fact]
    public void A_break_in_stops_at_the_debuggers_breakpoint_and_returns_to_where_it_was()
    {
        RunToIdle();
        ulong rip = Processor.Rip;
        ulong[] before = Processor.General.ToArray();
        _machine.BreakIn();
        Assert.Equal(MachineEvent.Exception, _machine.Run(1000));
        Assert.Equal(NtStatus.Breakpoint, _machine.PendingException.Code);
        Assert.Equal(_machine.AddressOf("DbgBreakPointWithStatus"), Processor.Rip);
        Assert.Equal(1UL, Processor.General[1]);
        Processor.Rip++;
        while (Processor.Rip != rip) Assert.Equal(MachineEvent.None, _machine.Run(1));
        Assert.Equal(before, Processor.General.ToArray());
    }

    [Fact]
    public void A_trace_ends_after_one_instruction()
    {
        RunToIdle();
        ulong rip = Processor.Rip;
        _machine.Tick();
        _machine.PrepareContinue(trace: true, setDebugControl: false, 0);
        Assert.Equal(MachineEvent.Exception, _machine.Run(1000));
        Assert.Equal(NtStatus.SingleStep, _machine.PendingException.Code);
        Assert.Equal(rip + 4, Processor.Rip); // ADD RSP, 28h of HalProcessorIdle
        Assert.Equal(DebugRegisters.SingleStep, Processor.Debug.Status);
        Assert.Equal(0UL, Processor.Flags & RFlags.Trap);
    }

    [Fact]
    public void An_execute_breakpoint_stops_before_the_instruction_and_only_once_each_time()
    {
        RunToIdle();
        ulong code = _machine.AddressOf("SimAddToCounter");
        ulong counter = ReadUInt64(_machine.AddressOf("SimCounter"));
        Processor.Debug.Addresses[0] = code;
        _machine.PrepareContinue(trace: false, setDebugControl: true, ExecuteOnly);
        _machine.Tick();
        foreach (ulong prime in new ulong[] { 2, 3, 5 })
        {
            Assert.Equal(MachineEvent.Exception, _machine.Run(1000));
            Assert.Equal((code, prime, 1UL), (Processor.Rip, Processor.General[1], Processor.Debug.Status));
            Assert.Equal(counter, ReadUInt64(_machine.AddressOf("SimCounter")));
            counter += prime;
            _machine.PrepareContinue(trace: false, setDebugControl: true, ExecuteOnly);
        }
    }

    [Fact]
    public void A_write_breakpoint_stops_after_the_write()
    {
        RunToIdle();
        ulong counter = _machine.AddressOf("SimCounter");
        ulong before = ReadUInt64(counter);
        Processor.Debug.Addresses[0] = counter;
        _machine.PrepareContinue(trace: false, setDebugControl: true, WriteLength8);
        _machine.Tick();
        Assert.Equal(MachineEvent.Exception, _machine.Run(1000));
        Assert.Equal((NtStatus.SingleStep, 1UL), (_machine.PendingException.Code, Processor.Debug.Status));
        Assert.Equal(before + 2, ReadUInt64(counter));
    }

    [Fact]
    public void Faults_report_what_was_accessed_and_leave_the_registers()
    {
        Place(a => a.mov(rax, __qword_ptr[rcx]));
        Processor.General[1] = 0x1000;
        AssertFault(NtStatus.AccessViolation, ProcessorFaultException.AccessRead, 0x1000);

        Place(a => a.mov(__qword_ptr[rcx], rax));
        Processor.General[1] = _machine.KernelBase; // read-only
        AssertFault(NtStatus.AccessViolation, ProcessorFaultException.AccessWrite, _machine.KernelBase);

        Processor.Rip = _machine.AddressOf("SimCounter"); // no code
        AssertFault(NtStatus.AccessViolation, ProcessorFaultException.AccessExecute, _machine.AddressOf("SimCounter"));

        Place(a => a.ud2());
        AssertFault(NtStatus.IllegalInstruction, 0, 0);
    }

    [Fact]
    public void An_exception_that_nobody_handles_becomes_a_bug_check()
    {
        RunToIdle();
        Processor.Rip = _machine.AddressOf("SimReadNullPointer");
        _machine.Tick();
        Assert.Equal(MachineEvent.Exception, _machine.Run(10));
        Assert.True(_machine.PassOn());
        Assert.False(_machine.PendingException.FirstChance);
        Assert.False(_machine.PassOn());
        Assert.Equal(MachineEvent.Exception, _machine.Run(1000));
        Assert.Equal(_machine.AddressOf("DbgBreakPointWithStatus"), Processor.Rip);
        Assert.Equal(3UL, Processor.General[1]);
        ulong data = _machine.AddressOf("KiBugcheckData");
        Assert.Equal((0x1EUL, (ulong)NtStatus.AccessViolation), (ReadUInt64(data), ReadUInt64(data + 8)));
    }

    [Fact]
    public void A_restart_brings_everything_back()
    {
        RunToIdle();
        _machine.WriteVirtual(BulkRegion.VirtualBase, [1, 2, 3]);
        _machine.Reboot();
        Assert.Equal(MachineEvent.Reboot, _machine.Run(1));
        _machine.Restart();
        Assert.Equal(_machine.AddressOf("KiSystemStartup"), Processor.Rip);
        Assert.Equal(0UL, ReadUInt64(_machine.AddressOf("SimCounter")));
        byte[] bulk = new byte[8];
        byte[] expected = new byte[8];
        _machine.ReadVirtual(BulkRegion.VirtualBase, bulk);
        BulkRegion.Fill(expected, 0);
        Assert.Equal(expected, bulk);
    }

    [Fact]
    public void Instructions_work_together()
    {
        // Sub-register writes, sign extension, conditional moves and sets, the stack, exchange.
        Place(a =>
        {
            a.mov(rax, -1L);
            a.mov(ax, 0x1234);
            a.mov(ah, 0x56); // rax = ffffffffffff5634
            a.mov(ebx, 0x80000000u); // clears the upper half
            a.movsxd(rdx, ebx);
            a.movzx(esi, ax);
            a.cmp(esi, 0x5634);
            a.sete(dil);
            a.cmovne(rbx, rax);
            a.push(rdx);
            a.pop(r8);
            a.xchg(r8, r9);
            a.lea(r10, __[rsi + rsi * 2 + 5]);
            a.neg(r10);
            a.not(r10); // 3 * 5634 + 5 - 1
            a.hlt();
        });
        Processor.General[7] = 0;
        Processor.General[9] = 0x99;
        Assert.Equal(MachineEvent.AllWaiting, _machine.Run(100));
        Assert.Equal(0xFFFFFFFFFFFF5634, Processor.General[0]);
        Assert.Equal(0x80000000UL, Processor.General[3]);
        Assert.Equal(0xFFFFFFFF80000000, Processor.General[2]);
        Assert.Equal(0x5634UL, Processor.General[6]);
        Assert.Equal(1UL, Processor.General[7]);
        Assert.Equal(0x99UL, Processor.General[8]);
        Assert.Equal(0xFFFFFFFF80000000, Processor.General[9]);
        Assert.Equal(3 * 0x5634UL + 4, Processor.General[10]);
    }

    private void RunToIdle()
    {
        _machine.Run(1000);
        Assert.Equal(MachineEvent.AllWaiting, _machine.Run(100_000));
    }

    private void Place(Action<Assembler> code)
    {
        var assembler = new Assembler(64);
        code(assembler);
        using var stream = new MemoryStream();
        ulong address = _machine.AddressOf("SimComputePrimes");
        assembler.Assemble(new StreamCodeWriter(stream), address);
        _machine.WriteVirtual(address, stream.ToArray());
        Processor.Rip = address;
        Processor.IsWaiting = false;
    }

    private void AssertFault(uint code, ulong access, ulong address)
    {
        ulong rip = Processor.Rip;
        ulong[] before = Processor.General.ToArray();
        Assert.Equal(MachineEvent.Exception, _machine.Run(1));
        ExceptionRecord exception = _machine.PendingException;
        Assert.Equal((code, access, address), (exception.Code, exception.Information0, exception.Information1));
        Assert.Equal(rip, Processor.Rip);
        Assert.Equal(before, Processor.General.ToArray());
    }

    private ulong ReadUInt64(ulong address)
    {
        Span<byte> bytes = stackalloc byte[8];
        Assert.Equal(8, _machine.ReadVirtual(address, bytes));
        return BitConverter.ToUInt64(bytes);
    }
}
