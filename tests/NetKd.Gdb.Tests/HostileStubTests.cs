using System.Text;

namespace NetKd.Gdb.Tests;

/// <summary>Stubs that lie, send garbage, or fall silent: a reason, within the time given, and never a hang.</summary>
public sealed class HostileStubTests
{
    [Fact]
    public void Escapes_and_runs_are_undone()
    {
        // 0 three more times by a run; an escaped closing brace.
        using ScriptedStub stub = new(body => body == "g" ? ScriptedStub.Packet("0* 11223344556677} ") : null);
        using GdbClient client = stub.Connect();
        byte[] block = new byte[16];
        client.ReadRegisters("01", block);
        Assert.Equal([0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77], block[..9]);
    }

    [Fact]
    public void A_damaged_packet_is_asked_for_again()
    {
        int sent = 0;
        using ScriptedStub stub = new(body => body == "g" && sent++ == 0 ? [.. "$11#00"u8, .. ScriptedStub.Default("g")] : null);
        using GdbClient client = stub.Connect();
        byte[] block = new byte[16];
        Assert.Equal(16, client.ReadRegisters("01", block));
        Assert.Equal(0x11, block[0]);
    }

    [Fact]
    public void One_that_is_damaged_again_and_again_is_reported_with_the_packet()
    {
        using ScriptedStub stub = new(body => body == "g" ? [.. Enumerable.Repeat("$beef#00"u8.ToArray(), 20).SelectMany(p => p)] : null);
        using GdbClient client = stub.Connect();
        GdbException refusal = Assert.Throws<GdbException>(() => client.ReadRegisters("01", new byte[16]));
        Assert.Contains("wrong checksum", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("beef", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_packet_that_is_too_long_is_refused()
    {
        using ScriptedStub stub = new(body => body == "g" ? [(byte)'$', .. Enumerable.Repeat((byte)'0', PacketChannel.MaxPacket + 10)] : null);
        using GdbClient client = stub.Connect();
        Assert.Contains("more than", Assert.Throws<GdbException>(() => client.ReadRegisters("01", new byte[16])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_stub_is_given_up_in_time()
    {
        using ScriptedStub stub = new(body => body == "g" ? [] : null);
        using GdbClient client = stub.Connect(seconds: 0.3);
        Assert.Contains("did not answer g", Assert.Throws<GdbException>(() => client.ReadRegisters("01", new byte[16])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Something_that_is_no_stub_is_told_from_one()
    {
        using ScriptedStub stub = new(_ => [.. Enumerable.Repeat((byte)'x', 100_000)]);
        Assert.Contains("no gdb remote protocol", Assert.Throws<GdbException>(() => stub.Connect()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stub_that_is_not_there_is_named_with_the_next_step()
    {
        int port;
        using (ScriptedStub stub = new()) port = stub.Port;
        GdbException refusal = Assert.Throws<GdbException>(() => GdbClient.Connect("127.0.0.1", port, TimeSpan.FromSeconds(2)));
        Assert.Contains($"127.0.0.1:{port}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("-gdb", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_that_nobody_asked_for_does_not_shift_the_answers()
    {
        int sent = 0;
        using ScriptedStub stub = new(body => body == "qfThreadInfo" && sent++ == 0 ? [.. ScriptedStub.Packet("T02thread:01;"), .. ScriptedStub.Default(body)] : null);
        using GdbClient client = stub.Connect();
        Assert.Equal(["01", "02"], client.Threads);
    }

    [Theory]
    [InlineData("<target><reg name=\"rax\" bitsize=\"0\"/></target>", "0 bits")]
    [InlineData("<target><reg name=\"rax\" bitsize=\"999999999\"/></target>", "999999999 bits")]
    [InlineData("<target><reg name=\"rax\" bitsize=\"64\" regnum=\"99999\"/></target>", "number 99999")]
    [InlineData("<target><xi:include href=\"target.xml\"/></target>", "deeper than")]
    [InlineData("<target><reg", "damaged")]
    public void A_description_that_cannot_be_is_refused(string document, string reason) =>
        Assert.Contains(reason, Assert.Throws<GdbException>(() => TargetDescription.Read(name => document)).Message, StringComparison.Ordinal);

    [Fact]
    public void Noise_in_every_answer_gives_a_reason_or_an_answer()
    {
        for (int seed = 0; seed < Fuzzing.Count(60); seed++)
        {
            Random random = new(seed);
            using ScriptedStub stub = new(body => random.Next(3) == 0 ? Fuzzing.Mutate(random, ScriptedStub.Default(body), 400) : null);
            try
            {
                using GdbClient client = stub.Connect(seconds: 0.05);
                byte[] block = new byte[Math.Min(client.Description.Size, 4096)];
                client.ReadRegisters(client.Threads[0], block);
                client.ReadMemory(client.Threads[0], 0x1000, new byte[100]);
                client.TryInsert(GdbBreakpointKind.Software, 0x1000, 1);
                client.Continue();
                client.WaitForStop(TimeSpan.FromMilliseconds(5));
            }
            catch (GdbException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    [Fact]
    public void What_is_special_in_a_packet_is_escaped()
    {
        using ScriptedStub stub = new();
        using GdbClient client = stub.Connect();
        _ = Assert.Throws<GdbException>(() => client.Monitor("x"));
        PacketChannel channel = PacketChannel.Connect("127.0.0.1", new ScriptedStub(body => ScriptedStub.Packet(Convert.ToHexStringLower(Encoding.Latin1.GetBytes(body)))).Port, TimeSpan.FromSeconds(2));
        channel.Send("a$b"u8);
        Assert.True(channel.Receive(TimeSpan.FromSeconds(2), out ReadOnlySpan<byte> body));
        Assert.Equal("617d0462", Encoding.ASCII.GetString(body));
        channel.Dispose();
    }
}
