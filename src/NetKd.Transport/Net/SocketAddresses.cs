using System.Net;
using System.Net.Sockets;

namespace NetKd.Transport.Net;

/// <summary>Socket addresses, as datagrams bring them, in the form for people.</summary>
public static class SocketAddresses
{
    private static readonly IPEndPoint s_v4 = new(IPAddress.Any, 0);
    private static readonly IPEndPoint s_v6 = new(IPAddress.IPv6Any, 0);

    /// <summary>Address and port of an IPv4 or IPv6 socket address.</summary>
    public static IPEndPoint EndPoint(SocketAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return (IPEndPoint)(address.Family == AddressFamily.InterNetworkV6 ? s_v6 : s_v4).Create(address);
    }
}
