using System.Net;
using System.Net.Sockets;

namespace NetKd.Interop;

/// <summary>Finds ports for tests.</summary>
internal static class FreePort
{
    /// <summary>A UDP port that was free a moment ago.</summary>
    public static int Udp()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
