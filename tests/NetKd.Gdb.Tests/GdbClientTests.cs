using System.Text;

namespace NetKd.Gdb.Tests;

/// <summary>What is asked of a stub, and what is made of its answers.</summary>
public sealed class GdbClientTests
{
    [Fact]
    public void It_learns_what_the_stub_can_do()
    {
        using ScriptedStub stub = new();
        using GdbClient client = stub.Connect();
        Assert.Equal(0x1000, client.PacketSize);
        Assert.Equal(["01", "02"], client.Threads);
        Assert.Equal("i386:x86-64", client.Description.Architecture);
        Assert.Equal(new GdbRegister("rip", 16, 8, 8), client.Description.Find("rip"));
        Assert.False(client.IsQemu);
    }

    [Fact]
    public void Registers_come_in_one_answer()
    {
        using ScriptedStub stub = new();
        using GdbClient client = stub.Connect();
        byte[] block = new byte[client.Description.Size];
        Assert.Equal(16, client.ReadRegisters("01", block));
        Assert.Equal(0x0123456789abcdefu, BitConverter.ToUInt64(block, 8));
        Assert.True(client.TryWriteRegister("02", client.Description.Find("rip")!, BitConverter.GetBytes(0x10ul)));
        Assert.Contains("P10=1000000000000000", stub.Packets);
        Assert.Equal(["Hg01", "Hg02"], stub.Packets.Where(p => p.StartsWith('H')));
    }

    [Fact]
    public void Memory_is_asked_for_in_the_largest_pieces_and_ends_at_a_hole()
    {
        // Memory up to 0x3000: a piece that reaches behind is refused.
        using ScriptedStub stub = new(body =>
        {
            if (body[0] != 'm') return null;
            string[] parts = body[1..].Split(',');
            int address = Convert.ToInt32(parts[0], 16), length = Convert.ToInt32(parts[1], 16);
            return ScriptedStub.Packet(address + length > 0x3000 ? "E14" : string.Concat(Enumerable.Range(address, length).Select(a => $"{a * 7 & 255:x2}")));
        });
        using GdbClient client = stub.Connect();
        byte[] bytes = new byte[0x3000];
        Assert.Equal(0x2f00, client.ReadMemory("01", 0x100, bytes));
        for (int i = 0; i < 0x2f00; i++) Assert.Equal((byte)((i + 0x100) * 7), bytes[i]);
        Assert.Equal("m100,800", stub.Packets.First(p => p.StartsWith('m')));
        Assert.Equal(0, client.ReadMemory("01", 0x9000, bytes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Places_are_read_downwards_until_one_is_missing(bool takesSeveral)
    {
        // Memory from 0x3000 on. Who needs no acknowledgements takes several packets one behind the other.
        using ScriptedStub stub = new(body =>
        {
            if (takesSeveral && body.StartsWith("qSupported", StringComparison.Ordinal)) return ScriptedStub.Packet("PacketSize=1000;QStartNoAckMode+;qXfer:features:read+");
            if (takesSeveral && body == "QStartNoAckMode") return ScriptedStub.Packet("OK");
            if (body[0] != 'm') return null;
            int address = Convert.ToInt32(body[1..].Split(',')[0], 16);
            return ScriptedStub.Packet(address < 0x3000 ? "E14" : $"{address >> 12:x2}5a");
        });
        using GdbClient client = stub.Connect();
        byte[] starts = new byte[2 * 32];
        Assert.Equal(29, client.ReadPlaces("01", 0x1F000, -0x1000, 2, starts));
        for (int i = 0; i < 29; i++) Assert.Equal([(byte)(0x1F - i), 0x5a], starts.AsSpan(2 * i, 2).ToArray());
        Assert.Equal("m1f000,2", stub.Packets.First(p => p.StartsWith('m')));
        // What was asked for behind the hole is taken, and is not the answer to the next question.
        Assert.Equal(4, client.ReadPlaces("01", 0x5000, 0x2000, 2, starts.AsSpan(0, 8)));
        Assert.Equal([5, 0x5a, 7, 0x5a, 9, 0x5a, 11, 0x5a], starts[..8]);
    }

    [Fact]
    public void Stops_tell_the_processor_and_the_watched_address()
    {
        Assert.Equal(new StopReply(StopReason.Signal, 5, "p01.02", WatchKind.None, 0), StopReply.Parse("T05thread:p01.02;"u8));
        Assert.Equal(new StopReply(StopReason.Signal, 5, "01", WatchKind.Access, 0xfffff80000408258), StopReply.Parse("T05thread:01;awatch:fffff80000408258;"u8));
        Assert.Equal(new StopReply(StopReason.Signal, 5, "", WatchKind.None, 0), StopReply.Parse("T0510:1122;"u8));
        Assert.Equal(StopReason.Exited, StopReply.Parse("W00"u8)!.Reason);
        Assert.Null(StopReply.Parse("OK"u8));
        Assert.Null(StopReply.Parse("T5"u8));
    }

    [Fact]
    public void A_machine_runs_until_it_is_interrupted()
    {
        using ScriptedStub stub = new(body => body == "\x03" ? ScriptedStub.Packet("T02thread:02;") : null);
        using GdbClient client = stub.Connect();
        client.Continue();
        Assert.Null(client.WaitForStop(TimeSpan.FromMilliseconds(20)));
        client.Interrupt();
        Assert.Equal(new StopReply(StopReason.Signal, StopReply.Interrupt, "02", WatchKind.None, 0), client.WaitForStop(TimeSpan.FromSeconds(5)));
        Assert.Contains("vCont;c", stub.Packets);
    }

    [Fact]
    public void The_text_of_a_monitor_command_comes_in_pieces()
    {
        using ScriptedStub stub = new(body => body.StartsWith("qRcmd", StringComparison.Ordinal)
            ? [.. ScriptedStub.Packet("O" + Convert.ToHexStringLower("first "u8)), .. ScriptedStub.Packet("O" + Convert.ToHexStringLower("second"u8)), .. ScriptedStub.Packet("OK")]
            : null);
        using GdbClient client = stub.Connect();
        Assert.Equal("first second", client.Monitor("info"));
    }

    [Fact]
    public void A_description_may_include_others()
    {
        Dictionary<string, string> documents = new()
        {
            ["target.xml"] = "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target><architecture>i386:x86-64</architecture><xi:include href=\"core.xml\"/></target>",
            ["core.xml"] = "<feature name=\"core\"><reg name=\"rax\" bitsize=\"64\"/><reg name=\"st0\" bitsize=\"80\"/><reg name=\"eflags\" bitsize=\"32\"/></feature>",
        };
        TargetDescription description = TargetDescription.Read(documents.GetValueOrDefault);
        Assert.Equal(["rax", "st0", "eflags"], description.Registers.Select(r => r.Name));
        Assert.Equal((18, 22), (description.Find("eflags")!.Offset, description.Size));
    }

    [Theory]
    [InlineData("01,02", "D")]
    [InlineData("p1.1,p1.2", "D;1")]
    [InlineData("p1.1,p02.1", "D;1 D;02")]
    public void Leaving_lets_every_process_of_the_machine_go(string threads, string packets)
    {
        using ScriptedStub stub = new(body => body == "qfThreadInfo" ? ScriptedStub.Packet("m" + threads) : null);
        using GdbClient client = stub.Connect();
        client.Detach();
        Assert.Equal(packets.Split(' '), stub.Packets.Where(p => p.StartsWith('D')));
    }

    [Fact]
    public void A_stub_that_does_not_let_its_machine_go_is_told()
    {
        using ScriptedStub stub = new(body => body[0] == 'D' ? ScriptedStub.Packet("E22") : null);
        using GdbClient client = stub.Connect();
        Assert.Contains("refuses to let its machine go", Assert.Throws<GdbException>(client.Detach).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_packet_for_a_message_is_printable_and_short()
    {
        Assert.Equal("a.b", PacketChannel.Show("a\u0001b"u8));
        Assert.EndsWith("(500 bytes)", PacketChannel.Show(Encoding.ASCII.GetBytes(new string('x', 500))), StringComparison.Ordinal);
    }
}
