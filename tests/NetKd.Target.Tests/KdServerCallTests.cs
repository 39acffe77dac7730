using NetKd.Protocol.Contexts;
using NetKd.Protocol.Kd;
using NetKd.Target.Server;
using NetKd.Target.Simulation;

namespace NetKd.Target.Tests;

/// <summary>The debugger's calls on a halted target.</summary>
public sealed class KdServerCallTests
{
    [Theory]
    [InlineData(4, 0x548)]
    [InlineData(5, 0x448)]
    public void A_read_is_cut_to_the_versions_limit(byte version, int limit)
    {
        using var target = new HaltedTarget(version);
        target.ConnectAndTakeState();
        byte[] reply = target.Host.Call(ScriptedHost.NewRead(BulkRegion.VirtualBase, 0x10000));
        Assert.Equal(limit, reply.Length - ManipulateHeader.Size);
        Assert.Equal((uint)limit, ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MemoryActual));
        byte[] expected = new byte[limit];
        BulkRegion.Fill(expected, 0);
        Assert.Equal(expected, reply[ManipulateHeader.Size..]);
    }

    [Fact]
    public void A_read_of_nothing_fails_and_one_into_nothing_is_short()
    {
        using var target = new HaltedTarget();
        target.ConnectAndTakeState();
        Assert.Equal(NtStatus.Unsuccessful, ScriptedHost.StatusOf(target.Host.Call(ScriptedHost.NewRead(0x1000, 16))));
        ulong end = BulkRegion.VirtualBase + BulkRegion.Size;
        byte[] reply = target.Host.Call(ScriptedHost.NewRead(end - 8, 16));
        Assert.Equal(NtStatus.Success, ScriptedHost.StatusOf(reply));
        Assert.Equal(8u, ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MemoryActual));
    }

    [Fact]
    public void A_page_walk_by_physical_reads_finds_the_page()
    {
        using var target = new HaltedTarget();
        target.ConnectAndTakeState();
        ulong address = target.Machine.KernelBase;
        ulong table = KernelLayout.PageTableRoot;
        for (int shift = 39; shift >= 12; shift -= 9)
        {
            byte[] entry = target.Host.Call(ScriptedHost.NewRead(table + (address >> shift & 0x1FF) * 8, 8, ManipulateApi.DbgKdReadPhysicalMemoryApi));
            table = BitConverter.ToUInt64(entry, ManipulateHeader.Size) & 0x000F_FFFF_FFFF_F000;
        }

        byte[] header = target.Host.Call(ScriptedHost.NewRead(table, 2, ManipulateApi.DbgKdReadPhysicalMemoryApi));
        Assert.Equal("MZ"u8.ToArray(), header[ManipulateHeader.Size..]);
    }

    [Fact]
    public void Breakpoints_have_32_handles_and_leave_no_trace()
    {
        using var target = new HaltedTarget();
        target.ConnectAndTakeState();
        ulong code = target.Machine.AddressOf("SimComputePrimes");
        byte[] before = new byte[64];
        target.Machine.ReadVirtual(code, before);
        for (uint i = 0; i < BreakpointTable.Capacity; i++) Assert.Equal((NtStatus.Success, i + 1), Set(target, code + i));
        Assert.Equal((NtStatus.Success, 5u), Set(target, code + 4));
        Assert.Equal((NtStatus.InsufficientResources, 0u), Set(target, code + 40));
        byte[] patched = new byte[1];
        target.Machine.ReadVirtual(code + 31, patched);
        Assert.Equal(0xCC, patched[0]);
        for (uint handle = 1; handle <= BreakpointTable.Capacity; handle++) Assert.Equal(NtStatus.Success, Clear(target, handle));
        Assert.Equal(NtStatus.Unsuccessful, Clear(target, 1));
        Assert.Equal(NtStatus.Unsuccessful, Clear(target, 0));
        Assert.Equal(NtStatus.Unsuccessful, Clear(target, 33));
        byte[] after = new byte[64];
        target.Machine.ReadVirtual(code, after);
        Assert.Equal(before, after);
        Assert.Equal((NtStatus.AccessViolation, 0u), Set(target, 0x1000));
    }

    [Fact]
    public void Every_call_is_counted_by_kind()
    {
        using var target = new HaltedTarget();
        target.ConnectAndTakeState();
        target.Host.Call(ScriptedHost.NewRead(BulkRegion.VirtualBase, 8));
        target.Host.Call(ScriptedHost.NewRead(BulkRegion.VirtualBase, 8));
        Assert.Equal(NtStatus.Unsuccessful, ScriptedHost.StatusOf(target.Host.Call(ScriptedHost.NewRequest((ManipulateApi)0x9999))));
        RequestCounts counts = target.Server.Requests;
        Assert.Equal(2u, counts.Of(ManipulateApi.DbgKdReadVirtualMemoryApi));
        Assert.Equal((3u, 1u), (counts.Total, counts.Unknown));
    }

    [Fact]
    public void A_context_is_read_and_written_in_parts()
    {
        using var target = new HaltedTarget(version: 5);
        target.ConnectAndTakeState();
        byte[] request = ScriptedHost.NewRequest(ManipulateApi.DbgKdGetContextExApi);
        ManipulateUnion.WriteUInt32(request, ManipulateUnion.ContextExByteCount, Machine.Amd64ContextSize);
        byte[] part = target.Host.Call(request);
        Assert.Equal(0x448u, ManipulateUnion.ReadUInt32(part, ManipulateUnion.ContextExBytesCopied));
        Assert.Equal(target.Machine.ProgramCounter(0), BitConverter.ToUInt64(part, ManipulateHeader.Size + Amd64ContextOffsets.Rip));

        byte[] set = ScriptedHost.NewRequest(ManipulateApi.DbgKdSetContextExApi, extra: 8);
        ManipulateUnion.WriteUInt32(set, ManipulateUnion.ContextExOffset, Amd64ContextOffsets.Rbx);
        ManipulateUnion.WriteUInt32(set, ManipulateUnion.ContextExByteCount, 8);
        BitConverter.TryWriteBytes(set.AsSpan(ManipulateHeader.Size), 0x1234567890UL);
        Assert.Equal(NtStatus.Success, ScriptedHost.StatusOf(target.Host.Call(set)));
        Assert.Equal(0x1234567890UL, target.Machine.Processor(0).General[3]);

        ManipulateUnion.WriteUInt32(set, ManipulateUnion.ContextExOffset, Machine.Amd64ContextSize - 4);
        Assert.Equal(NtStatus.InvalidParameter, ScriptedHost.StatusOf(target.Host.Call(set)));
    }

    [Fact]
    public void Ports_registers_and_configuration_space_answer()
    {
        using var target = new HaltedTarget();
        target.ConnectAndTakeState();
        byte[] msr = ScriptedHost.NewRequest(ManipulateApi.DbgKdReadMachineSpecificRegister);
        ManipulateUnion.WriteUInt32(msr, ManipulateUnion.Msr, 0xC0000101);
        byte[] reply = target.Host.Call(msr);
        Assert.Equal(KernelLayout.ProcessorControlRegion(0), (ulong)ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MsrHigh) << 32 | ManipulateUnion.ReadUInt32(reply, ManipulateUnion.MsrLow));
        ManipulateUnion.WriteUInt32(msr, ManipulateUnion.Msr, 0xDEAD);
        Assert.Equal(NtStatus.Unsuccessful, ScriptedHost.StatusOf(target.Host.Call(msr)));

        byte[] io = ScriptedHost.NewRequest(ManipulateApi.DbgKdWriteIoSpaceApi);
        ManipulateUnion.WriteUInt64(io, ManipulateUnion.IoAddress, MachineDevices.ScratchPort);
        ManipulateUnion.WriteUInt32(io, ManipulateUnion.IoSize, 4);
        ManipulateUnion.WriteUInt32(io, ManipulateUnion.IoValue, 0xCAFE);
        Assert.Equal(NtStatus.Success, ScriptedHost.StatusOf(target.Host.Call(io)));
        Assert.True(target.Machine.ReadIo(MachineDevices.ScratchPort, 2, out uint value));
        Assert.Equal(0xCAFEu, value);

        byte[] bus = ScriptedHost.NewRequest(ManipulateApi.DbgKdGetBusDataApi);
        ManipulateUnion.WriteUInt32(bus, ManipulateUnion.BusDataType, PciConfigurationSpace.BusDataType);
        ManipulateUnion.WriteUInt32(bus, ManipulateUnion.BusSlot, PciConfigurationSpace.AdapterDevice);
        ManipulateUnion.WriteUInt32(bus, ManipulateUnion.BusLength, 4);
        Assert.Equal("8680d310", Convert.ToHexStringLower(target.Host.Call(bus).AsSpan(ManipulateHeader.Size)));
    }

    [Fact]
    public void Another_processor_answers_with_a_state_change_of_its_own()
    {
        using var target = new HaltedTarget(processors: 2);
        Assert.Equal(2u, target.ConnectAndTakeState().ProcessorCount);
        target.Host.SendData(PacketType.StateManipulate, ScriptedHost.NewRequest(ManipulateApi.DbgKdSwitchProcessor, processor: 1));
        StateChange change = HaltedTarget.TakeState(target.Host);
        Assert.Equal((ushort)1, change.Processor);
        Assert.Equal(target.Machine.AddressOf("KiStartAuxiliaryProcessor"), change.ProgramCounter);
    }

    private static (uint Status, uint Handle) Set(HaltedTarget target, ulong address)
    {
        byte[] request = ScriptedHost.NewRequest(ManipulateApi.DbgKdWriteBreakPointApi);
        ManipulateUnion.WriteUInt64(request, ManipulateUnion.BreakPointAddress, address);
        byte[] reply = target.Host.Call(request);
        return (ScriptedHost.StatusOf(reply), ManipulateUnion.ReadUInt32(reply, ManipulateUnion.BreakPointHandle));
    }

    private static uint Clear(HaltedTarget target, uint handle)
    {
        byte[] request = ScriptedHost.NewRequest(ManipulateApi.DbgKdRestoreBreakPointApi);
        ManipulateUnion.WriteUInt32(request, ManipulateUnion.RestoreHandle, handle);
        return ScriptedHost.StatusOf(target.Host.Call(request));
    }
}
