using System.Net;
using System.Net.Sockets;

namespace NetKd.Testing;

/// <summary>Finds ports for tests.</summary>
internal static class FreePort
{
    // The range recommended for KDNET: any other makes the debugger warn. Each call takes the next one, since a port found free is not yet taken.
    private const int First = 50000;
    private const int Count = 40;
    private static int s_next = Random.Shared.Next(Count);

    /// <summary>A UDP port of the recommended range that was free a moment ago, on IPv4 and IPv6.</summary>
    public static int Udp()
    {
        for (int tries = 0; tries < Count; tries++)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref s_next) % Count);
            if (IsFree(AddressFamily.InterNetwork, IPAddress.Any, port) && IsFree(AddressFamily.InterNetworkV6, IPAddress.IPv6Any, port)) return port;
        }

        throw new InvalidOperationException($"No UDP port from {First} to {First + Count - 1} is free: end the debuggers that hold them.");
    }

    /// <summary>A TCP port of the loopback that was free a moment ago.</summary>
    public static int Tcp()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static bool IsFree(AddressFamily family, IPAddress address, int port)
    {
        using Socket probe = new(family, SocketType.Dgram, ProtocolType.Udp);
        if (family == AddressFamily.InterNetworkV6) probe.DualMode = false;
        try
        {
            probe.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
