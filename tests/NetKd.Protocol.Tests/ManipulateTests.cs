using System.Buffers.Binary;
using NetKd.Protocol.Kd;

namespace NetKd.Protocol.Tests;

/// <summary>Manipulate packets, debug output and file requests.</summary>
public sealed class ManipulateTests
{
    [Fact]
    public void The_header_has_the_layout_of_the_wire()
    {
        ManipulateHeader header = default;
        header.Api = ManipulateApi.DbgKdReadVirtualMemoryApi;
        header.ProcessorLevel = 6;
        header.Processor = 3;
        header.ReturnStatus = NtStatus.Unsuccessful;
        byte[] payload = new byte[ManipulateHeader.Size];
        header.Write(payload);
        Assert.Equal("3031000006000300010000c000000000", Convert.ToHexStringLower(payload.AsSpan(0, 16)));
        Assert.True(ManipulateHeader.TryRead(payload, out ManipulateHeader read));
        Assert.Equal(header, read);
        for (int length = 0; length < ManipulateHeader.Size; length++) Assert.False(ManipulateHeader.TryRead(payload.AsSpan(0, length), out _));
    }

    [Fact]
    public void The_union_begins_at_16()
    {
        byte[] payload = new byte[ManipulateHeader.Size];
        ManipulateUnion.WriteUInt64(payload, ManipulateUnion.MemoryAddress, 0x1122334455667788);
        ManipulateUnion.WriteUInt32(payload, ManipulateUnion.MemoryCount, 0x80);
        Assert.Equal("887766554433221180000000", Convert.ToHexStringLower(payload.AsSpan(16, 12)));
        Assert.Equal(0x1122334455667788UL, ManipulateUnion.ReadUInt64(payload, ManipulateUnion.MemoryAddress));
    }

    [Fact]
    public void The_version_block_round_trips()
    {
        VersionBlock block = default;
        block.MajorVersion = 0xF;
        block.MinorVersion = 19041;
        block.ProtocolVersion = VersionBlock.CurrentProtocolVersion;
        block.SecondaryVersion = VersionBlock.SecondaryAmd64Context;
        block.Flags = VersionBlock.FlagData | VersionBlock.FlagPointer64;
        block.MachineType = 0x8664;
        block.KernelBase = 0xFFFFF80312200000;
        block.LoadedModuleList = 0xFFFFF803122063B8;
        block.DebuggerDataList = 0xFFFFF80312206380;
        byte[] payload = new byte[ManipulateHeader.Size];
        block.Write(payload);
        Assert.Equal("0f00614a060206006486", Convert.ToHexStringLower(payload.AsSpan(16, 10)));
        Assert.Equal("0000201203f8ffff", Convert.ToHexStringLower(payload.AsSpan(32, 8)));
        Assert.Equal(block, VersionBlock.Read(payload));
    }

    [Fact]
    public void Only_our_own_word_in_the_version_offers_large_packets()
    {
        VersionBlock block = default;
        byte[] payload = new byte[ManipulateHeader.Size];
        block.Write(payload);
        Assert.Equal("0000", Convert.ToHexStringLower(payload.AsSpan(30, 2)));
        block.LargeMemory = 8 * 1024;
        block.Write(payload);
        Assert.Equal("084e", Convert.ToHexStringLower(payload.AsSpan(30, 2)));
        Assert.Equal(block, VersionBlock.Read(payload));
        for (int word = 0; word <= ushort.MaxValue; word++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan(30), (ushort)word);
            Assert.Equal(word is >= 0x4E02 and <= 0x4E10 ? (word & 0xFF) * 1024 : 0, VersionBlock.Read(payload).LargeMemory);
        }
    }

    [Fact]
    public void Printed_text_is_cut_to_what_is_there()
    {
        DebugIo io = default;
        io.Api = DebugIo.PrintString;
        io.TextLength = 0xFFFFFFFF;
        byte[] payload = [.. new byte[DebugIo.HeaderSize], .. "hello"u8];
        io.Write(payload);
        Assert.True(DebugIo.TryRead(payload, out DebugIo read, out ReadOnlySpan<byte> text));
        Assert.Equal(io, read);
        Assert.True(text.SequenceEqual("hello"u8));
        for (int length = 0; length < DebugIo.HeaderSize; length++) Assert.False(DebugIo.TryRead(payload.AsSpan(0, length), out _, out _));
    }

    [Theory]
    [InlineData(FileIo.CreateFile, NtStatus.NoSuchFile)]
    [InlineData(FileIo.ReadFile, NtStatus.InvalidParameter)]
    public void A_file_request_is_refused_with_its_own_body(uint api, uint status)
    {
        byte[] request = new byte[FileIo.Size];
        BitConverter.TryWriteBytes(request, api);
        request[63] = 9;
        byte[] reply = new byte[FileIo.Size];
        Assert.True(FileIo.TryWriteRefusal(request, reply));
        Assert.Equal(status, BitConverter.ToUInt32(reply, 4));
        Assert.Equal(9, reply[63]);
        Assert.False(FileIo.TryWriteRefusal(request.AsSpan(0, 63), reply));
    }

    [Fact]
    public void Readers_survive_random_payloads()
    {
        var random = new Random(5);
        for (int round = 0; round < 5000; round++)
        {
            byte[] payload = new byte[random.Next(0, 400)];
            random.NextBytes(payload);
            if (payload.Length > 4) (payload[0], payload[1], payload[2], payload[3]) = ((byte)(0x30 + round % 3), 0x30, 0, 0);
            if (PacketHeader.TryRead(payload, out PacketHeader header) == PacketFault.None)
                Assert.True(header.ByteCount + PacketHeader.Size <= payload.Length);
            if (DebugIo.TryRead(payload, out _, out ReadOnlySpan<byte> text)) Assert.True(text.Length <= payload.Length);
            if (StateChange.TryRead(payload, out StateChange change)) Assert.True(change.Exception.ParameterCount <= ExceptionRecord.MaxParameters);
            if (StateChange32.TryRead(payload, out change)) Assert.True(change.Exception.ParameterCount <= ExceptionRecord.MaxParameters);
        }
    }
}
