using System.Net;
using System.Net.Sockets;
using NetKd.Cli.Doctor;
using NetKd.Protocol.Net;
using NetKd.Transport.Net;

namespace NetKd.Cli.Tests;

/// <summary>One examination in this process, with the firewall tools given by the test.</summary>
internal sealed record DoctorRun(int ExitCode, string Output)
{
    // Against hangs only: every run but those that expect silence ends at the first datagram they wait for.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static KdNetKey Key(string text)
    {
        Assert.Equal(KeyTextFault.None, KeyText.TryParse(text, out KdNetKey key, out _));
        return key;
    }

    public static DoctorRun Of(int port, string? key, string target = "", TimeSpan? wait = null)
    {
        using StringWriter writer = new();
        NetConnectionOptions connection = new((ushort)port, key is null ? null : Key(key), target);
        int exitCode = DoctorProgram.Run(new DoctorOptions(connection, wait ?? s_patience), (_, _) => null, writer, CancellationToken.None);
        string output = writer.ToString();
        Assert.DoesNotContain("leakedsecr", output, StringComparison.OrdinalIgnoreCase);
        return new DoctorRun(exitCode, output);
    }

    /// <summary>Runs while a datagram is sent to the port again and again; the run ends when it has counted one.</summary>
    public static async Task<DoctorRun> AgainstAsync(int port, string? key, byte[] datagram, IPAddress? from = null, string target = "")
    {
        using CancellationTokenSource stop = new();
        IPAddress address = from ?? IPAddress.Loopback;
        Task sender = Task.Run(async () =>
        {
            using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            while (!stop.IsCancellationRequested)
            {
                await socket.SendToAsync(datagram, new IPEndPoint(address, port));
                await Task.Delay(20);
            }
        });
        // Sightings that are no pokes do not end the watch; the wait does.
        DoctorRun run = await Task.Run(() => Of(port, key, target, TimeSpan.FromSeconds(2)));
        await stop.CancelAsync();
        await sender;
        return run;
    }

    /// <summary>A poke as a target with a key makes it.</summary>
    public static byte[] PokeDatagram(string key, byte version, PeerAddress target, PeerAddress host, bool fromHost = false, byte boot = 1)
    {
        DatagramCipher cipher = new();
        ChannelKeys.LoadControl(cipher, Key(key));
        byte[] datagram = new byte[DatagramCodec.MaxSize];
        byte[] random = new byte[Poke.TargetRandomSize];
        random[0] = boot;
        Poke.Write(datagram.AsSpan(DatagramCodec.BodyOffset), 1, random, target, host, default);
        int length = DatagramCodec.Seal(cipher, datagram, Poke.BodySize, version, control: true, fromHost, 1);
        cipher.Forget();
        return datagram[..length];
    }
}
