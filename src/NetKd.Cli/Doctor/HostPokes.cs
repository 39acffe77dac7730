using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetKd.Protocol.Net;
using NetKd.Transport.Net;

namespace NetKd.Cli.Doctor;

/// <summary>
/// Asks a target to poke this machine, as <c>target=</c> does, about twice a second (facts: kdnet-wire, section 6). A target leaves its
/// debugger when the new one connects (facts: kernel-debugging-docs, A.4); doctor answers no poke, so it never does.
/// </summary>
internal sealed class HostPokes : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(HostPoke.IntervalMilliseconds);

    private readonly DatagramCipher _cipher = new();
    private readonly SocketAddress[] _targets;
    private readonly byte[] _datagram = new byte[HostPoke.DatagramSize];
    private long _sentAt;

    /// <summary>Looks the target up.</summary>
    /// <exception cref="SocketException">Its name has no address.</exception>
    public HostPokes(NetConnectionOptions connection, KdNetKey key)
    {
        ChannelKeys.LoadControl(_cipher, key);
        IPAddress[] addresses = connection.TargetAddress is { } address ? [address] : Dns.GetHostAddresses(connection.Target);
        _targets = [.. addresses.Take(NetConnectionOptions.MaxTargetAddresses).Select(a => new IPEndPoint(a, connection.Port).Serialize())];
    }

    /// <summary>Sends what is due.</summary>
    public void Send(HostDatagramPort port)
    {
        if (_sentAt != 0 && Stopwatch.GetElapsedTime(_sentAt) < s_interval) return;
        _sentAt = Stopwatch.GetTimestamp();
        foreach (SocketAddress target in _targets)
        {
            int length = HostPoke.Seal(_cipher, _datagram);
            port.Send(_datagram.AsSpan(0, length), target);
        }
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _cipher.Forget();
}
