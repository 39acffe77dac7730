using System.Net;

namespace NetKd.Transport;

/// <summary>Sees the datagrams of a link as they stand on the wire, encrypted, refused ones included.</summary>
public interface IDatagramTap
{
    /// <summary>
    /// Called for each datagram, on whichever thread sends or receives it, also on two at once; it must be quick and must not throw.
    /// </summary>
    /// <param name="sent">True for one that was sent.</param>
    /// <param name="localPort">The UDP port of this side.</param>
    /// <param name="remote">The other side; overwritten after the call.</param>
    /// <param name="datagram">Its bytes, valid during the call.</param>
    void Observe(bool sent, ushort localPort, SocketAddress remote, ReadOnlySpan<byte> datagram);
}
