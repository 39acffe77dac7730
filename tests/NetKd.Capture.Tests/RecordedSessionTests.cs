using System.Diagnostics;
using System.Net;
using NetKd.Capture.Recording;
using NetKd.Protocol.Kd;

namespace NetKd.Capture.Tests;

public sealed class RecordedSessionTests(RecordedSession recorded) : IClassFixture<RecordedSession>
{
    [Fact]
    public void Every_datagram_is_there_authentic_and_explained()
    {
        List<DecodedPacket> packets = Decode(recorded.File);
        Assert.Equal(recorded.Datagrams, packets.Count);
        Assert.All(packets, packet => Assert.Empty(packet.Faults));
        Assert.All(packets, packet => Assert.NotNull(packet.Sequence));
        Assert.DoesNotContain(packets, packet => packet.Content is PacketContent.Unknown or PacketContent.Encrypted);
        Conversation conversation = Assert.Single(packets.Select(packet => packet.Conversation).Distinct());
        Assert.Equal(packets.Count, conversation.Authentic);
        Assert.Equal("127.0.0.1", PeerText.FormatAddress(conversation.Host));
    }

    [Fact]
    public void The_session_reads_as_it_went()
    {
        string[] lines = [.. Decode(recorded.File).Select(packet => PacketLine.Format(packet, 0))];
        string[] inOrder =
        [
            "Poke nonce", "PokeResponse answers-frame", "ConnectionCheck host 127.0.0.1", "BreakIn",
            "StateChange64 00000000 kind LoadSymbols event load module \"\\SystemRoot\\system32\\ntoskrnl.exe\" base fffff80312200000",
            "StateManipulate 80000000 DbgKdGetVersionApi", "DbgKdGetVersionApi build 19041 machine 8664 kernel-base fffff80312200000",
            "DebugIo", "kind Exception code 80000003 STATUS_BREAKPOINT chance first", "DbgKdContinueApi2 status 00010002 DBG_CONTINUE",
        ];
        int at = 0;
        foreach (string expected in inOrder)
        {
            at = Array.FindIndex(lines, at, line => line.Contains(expected, StringComparison.Ordinal));
            Assert.True(at >= 0, expected);
        }
    }

    [Fact]
    public void A_datagram_changed_afterwards_is_reported()
    {
        byte[] file = [.. recorded.File];
        file[^30] ^= 1; // in the last frame, before its padding and the block's trailer
        List<DecodedPacket> packets = Decode(file);
        Assert.All(packets.SkipLast(1), packet => Assert.Empty(packet.Faults));
        Assert.Contains("HMAC", Assert.Single(packets[^1].Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Debians_tcpdump_reads_what_we_write()
    {
        const string Install = "apt-get install --no-install-recommends tcpdump";
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, recorded.File, TestContext.Current.CancellationToken);
            ProcessStartInfo start = new("tcpdump") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string argument in (string[])["-n", "-vv", "-r", path]) start.ArgumentList.Add(argument);
            using Process process = StartOrExplain(start, Install);
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await errors);
            Assert.Equal(recorded.Datagrams, output.Split('\n').Count(line => line.Contains("[udp sum ok] UDP, length", StringComparison.Ordinal)));
            Assert.DoesNotContain("bad cksum", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_full_disk_ends_the_recording_and_not_the_session()
    {
        using SessionRecorder recorder = new(new FullDisk(600));
        SocketAddress from = new IPEndPoint(IPAddress.Loopback, 50001).Serialize();
        for (int i = 0; i < 10; i++) recorder.Observe(sent: i % 2 == 0, 50000, from, new byte[100]);
        Assert.Equal(3, recorder.Count);
        Assert.Equal("disk full", recorder.Failure!.Message);
    }

    [Fact]
    public void The_system_is_given_what_was_recorded_when_asked()
    {
        FullDisk disk = new(100_000);
        using SessionRecorder recorder = new(new BufferedStream(disk, 65536));
        long head = disk.Length;
        recorder.Observe(sent: false, 50000, new IPEndPoint(IPAddress.IPv6Loopback, 50001).Serialize(), new byte[100]);
        Assert.Equal(head, disk.Length);
        recorder.Flush();
        Assert.True(disk.Length > head + 100);
    }

    private static Process StartOrExplain(ProcessStartInfo start, string install)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Fail($"this test needs tcpdump: {install}");
            throw;
        }
    }

    private static List<DecodedPacket> Decode(byte[] file)
    {
        using SessionDecoder decoder = new(ScriptedSession.Key);
        DatagramReader reader = new(new MemoryStream(file));
        List<DecodedPacket> packets = [];
        while (reader.TryRead(out CapturedDatagram datagram)) packets.Add(decoder.Decode(datagram)!);
        Assert.Null(reader.Damage);
        Assert.Equal(reader.FrameCount, packets.Count);
        return packets;
    }

    private sealed class FullDisk(int capacity) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Length + count > capacity) throw new IOException("disk full");
            base.Write(buffer, offset, count);
        }
    }
}
