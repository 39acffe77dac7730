namespace NetKd.TargetOs.Net;

/// <summary>
/// IPv4 with an address from DHCP; when no server answers, or none is to be asked, a link-local one. A server that answers later wins.
/// </summary>
internal sealed class IPv4Layer : InternetLayer
{
    private readonly NetworkInterface _network;
    private readonly DhcpClient? _dhcp;
    private readonly LinkLocalAddress _linkLocal;

    /// <summary>Makes the layer; the first message goes at the first <see cref="Advance"/>.</summary>
    public IPv4Layer(NetworkInterface network, bool useDhcp)
    {
        _network = network;
        _linkLocal = new LinkLocalAddress(network);
        network.LinkLocal = _linkLocal;
        if (useDhcp) _dhcp = new DhcpClient(network);
    }

    public override PeerAddress LocalAddress => PeerAddress.FromIPv4(_network.Address, 0);

    public override PeerAddress Source => PeerAddress.FromIPv4(_network.SourceAddress, _network.SourcePort);

    public override ushort DestinationPort => _network.DestinationPort;

    public override ReadOnlySpan<byte> Payload => _network.Payload;

    public override void Advance()
    {
        _dhcp?.Advance();
        if (_dhcp == null || _dhcp.IsSilent) _linkLocal.Advance();
        else if (_dhcp.IsBound) _linkLocal.Stop();
    }

    public override bool Poll(out bool datagram)
    {
        bool frame = _network.Poll(out datagram);
        if (datagram && _dhcp != null && _network.DestinationPort == DhcpClient.ClientPort)
        {
            datagram = false;
            _dhcp.Take(_network.Payload);
        }

        return frame;
    }

    public override void SendUdp(ReadOnlySpan<byte> payload, ushort sourcePort, in PeerAddress to)
    {
        if (_network.Address != 0 && to.IsIPv4) _network.SendUdp(payload, sourcePort, to.IPv4, to.Port, _network.Address);
    }
}
