using System.Buffers.Binary;
using NetKd.Protocol.Kd;

namespace NetKd.Protocol.Tests;

/// <summary>State changes in both forms, at the offsets of facts kdnet-wire, section 4.</summary>
public sealed class StateChangeTests
{
    [Fact]
    public void An_exception_stands_where_the_engine_looks_for_it()
    {
        StateChange change = default;
        change.Kind = StateChangeKind.Exception;
        change.ProcessorLevel = 6;
        change.Processor = 1;
        change.ProcessorCount = 2;
        change.Thread = 0xFFFF800000001000;
        change.ProgramCounter = 0xFFFFF80312201100;
        change.Exception.Code = NtStatus.AccessViolation;
        change.Exception.Address = 0xFFFFF80312201100;
        change.Exception.ParameterCount = 2;
        change.Exception.Information0 = 1;
        change.Exception.Information1 = 0x1234;
        change.Exception.FirstChance = true;
        byte[] payload = new byte[StateChange.Size];
        change.Write(payload);
        Assert.Equal(0xF0, payload.Length);
        Assert.Equal("303000000600010002000000", Convert.ToHexStringLower(payload.AsSpan(0, 12)));
        Assert.Equal("001000000080ffff", Convert.ToHexStringLower(payload.AsSpan(0x10, 8)));
        Assert.Equal("0011201203f8ffff", Convert.ToHexStringLower(payload.AsSpan(0x18, 8)));
        Assert.Equal("050000c0", Convert.ToHexStringLower(payload.AsSpan(0x20, 4)));
        Assert.Equal("0011201203f8ffff", Convert.ToHexStringLower(payload.AsSpan(0x30, 8)));
        Assert.Equal("02000000", Convert.ToHexStringLower(payload.AsSpan(0x38, 4)));
        Assert.Equal("01000000000000003412000000000000", Convert.ToHexStringLower(payload.AsSpan(0x40, 16)));
        Assert.Equal("01000000", Convert.ToHexStringLower(payload.AsSpan(0xB8, 4)));
        Assert.True(StateChange.TryRead(payload, out StateChange read));
        Assert.Equal(change, read);
    }

    [Fact]
    public void A_module_stands_where_the_engine_looks_for_it()
    {
        StateChange change = default;
        change.Kind = StateChangeKind.LoadSymbols;
        change.LoadSymbols.PathNameLength = 12;
        change.LoadSymbols.Base = 0xFFFFF80312200000;
        change.LoadSymbols.ProcessId = 4;
        change.LoadSymbols.Checksum = 0x11223344;
        change.LoadSymbols.SizeOfImage = 0xA000;
        change.LoadSymbols.Unload = true;
        byte[] payload = new byte[StateChange.Size];
        change.Write(payload);
        Assert.Equal("0c00000000000000" + "0000201203f8ffff" + "0400000000000000" + "44332211" + "00a00000" + "01", Convert.ToHexStringLower(payload.AsSpan(0x20, 33)));
        Assert.True(StateChange.TryRead(payload, out StateChange read));
        Assert.Equal(change, read);
    }

    [Fact]
    public void A_32_bit_exception_is_widened_with_sign_extended_addresses()
    {
        byte[] payload = new byte[StateChange32.Size];
        Put(payload, 0, 0x3030, 0, 1, 0x80550000, 0x80401234, NtStatus.Breakpoint, 0, 0, 0x80401234, 3, 0xFFFFFFF0, 0x7FFF0000);
        Put(payload, 100, 1);
        Assert.True(StateChange32.TryRead(payload, out StateChange change));
        Assert.Equal(StateChangeKind.Exception, change.Kind);
        Assert.Equal(0xFFFFFFFF80550000, change.Thread);
        Assert.Equal(0xFFFFFFFF80401234, change.ProgramCounter);
        Assert.Equal(NtStatus.Breakpoint, change.Exception.Code);
        Assert.Equal(0xFFFFFFFF80401234, change.Exception.Address);
        Assert.Equal(3u, change.Exception.ParameterCount);
        Assert.Equal(0xFFFFFFFFFFFFFFF0, change.Exception.Information0);
        Assert.Equal(0x7FFF0000UL, change.Exception.Information1);
        Assert.True(change.Exception.FirstChance);
    }

    [Fact]
    public void A_32_bit_module_event_is_widened_too()
    {
        byte[] payload = new byte[StateChange32.Size];
        Put(payload, 0, 0x3031, 0, 1, 0, 0, 8, 0x80400000, 4, 0x55, 0x1000, 1);
        Assert.True(StateChange32.TryRead(payload, out StateChange change));
        Assert.Equal(8u, change.LoadSymbols.PathNameLength);
        Assert.Equal(0xFFFFFFFF80400000, change.LoadSymbols.Base);
        Assert.Equal((4UL, 0x55u, 0x1000u, true), (change.LoadSymbols.ProcessId, change.LoadSymbols.Checksum, change.LoadSymbols.SizeOfImage, change.LoadSymbols.Unload));
    }

    [Fact]
    public void Every_shorter_length_and_every_other_kind_is_refused()
    {
        byte[] payload = new byte[StateChange.Size];
        Put(payload, 0, 0x3030);
        for (int length = 0; length < StateChange.Size; length++) Assert.False(StateChange.TryRead(payload.AsSpan(0, length), out _));
        for (int length = 0; length < StateChange32.Size; length++) Assert.False(StateChange32.TryRead(payload.AsSpan(0, length), out _));
        Put(payload, 0, 0x3033);
        Assert.False(StateChange.TryRead(payload, out _));
        Assert.False(StateChange32.TryRead(payload, out _));
    }

    [Fact]
    public void A_hostile_parameter_count_is_cut()
    {
        byte[] payload = new byte[StateChange.Size];
        Put(payload, 0, 0x3030);
        Put(payload, 0x38, 0xFFFFFFFF);
        Assert.True(StateChange.TryRead(payload, out StateChange change));
        Assert.Equal(15u, change.Exception.ParameterCount);
    }

    private static void Put(byte[] payload, int offset, params uint[] values)
    {
        foreach (uint value in values)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(offset), value);
            offset += 4;
        }
    }
}
