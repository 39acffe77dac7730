using System.Net;

namespace NetKd.Transport.Net;

/// <summary>
/// The mode without a key: KD packets are datagrams as they are, and the first datagram makes the connection (facts: kdnet-wire,
/// section 6). Anybody on the network can read and write the target through it; the engine asks for consent.
/// </summary>
public sealed partial class NetLink
{
    private SocketAddress? _unencryptedPeer;

    private bool IsUnencrypted => _options.Key is null;

    private LinkSignal TakeUnencrypted(ReadOnlySpan<byte> datagram)
    {
        if (DatagramCodec.Inspect(datagram, out byte version, out _) == DatagramFault.None)
        {
            _sightings.Add(_port.From, DatagramFault.Authentication, version);
            if (_rejections.IsDue(DatagramFault.Authentication, _port.Timestamp))
                Tell(LinkNoticeKind.Warning, $"Target {RemoteText(_port.From)} is sending encrypted packets.  Please set the correct encryption key.");
            return LinkSignal.None;
        }

        if (_unencryptedPeer is { } peer && !peer.Equals(_port.From)) return Reject(DatagramFault.Channel, 0);
        _heardAt = _lastHeard = _port.Timestamp;
        if (_unencryptedPeer is null) return ConnectUnencrypted();
        if (ConnectionCheck.IsCheck(datagram)) return LinkSignal.None;
        datagram.CopyTo(_plaintext);
        return TakePacket(_plaintext.AsSpan(0, datagram.Length), 0);
    }

    private LinkSignal ConnectUnencrypted()
    {
        SocketAddress peer = new(_port.From.Family, _port.From.Size);
        _port.From.Buffer.Span[.._port.From.Size].CopyTo(peer.Buffer.Span);
        lock (_sendLock) _unencryptedPeer = peer;
        _port.KeepFamilyOfLast();
        Tell(LinkNoticeKind.Warning, $"Connected to target {RemoteText(peer)} on port {_port.LocalPort} WITHOUT encryption: everybody on the network can read and change it.");
        _expectedId = PacketIds.NetTargetInitial;
        _sendId = PacketIds.NetHostInitial;
        SendControl(PacketType.Resend, 0);
        return LinkSignal.Connected;
    }
}
