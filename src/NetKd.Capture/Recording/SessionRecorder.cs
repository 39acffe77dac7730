using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using NetKd.Transport;

namespace NetKd.Capture.Recording;

/// <summary>
/// Writes the datagrams of a link as a pcapng file. They stay encrypted. A file that can no longer be written ends the recording,
/// never the session: see <see cref="Failure"/>. Thread safe.
/// </summary>
public sealed class SessionRecorder : IDatagramTap, IDisposable
{
    // Strangers can send from any number of addresses.
    private const int MaxKnownAddresses = 64;

    // What a debugger that was killed may lack in its file, while datagrams come.
    private static readonly TimeSpan s_flushInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _turn = new();
    private readonly CaptureWriter _writer;
    private readonly TimeProvider _clock;
    private readonly long _startTimestamp;
    private readonly long _startNanoseconds;
    private readonly Dictionary<PeerAddress, PeerAddress> _localAddresses = [];
    private long _flushed;
    private bool _disposed;

    /// <summary>Writes the file's head.</summary>
    /// <param name="stream">Where to; disposed with the recorder.</param>
    /// <param name="clock">Gives the times; null for the system's clock.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public SessionRecorder(Stream stream, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        // The wall clock can be set while a session goes on; a capture's times must not step back.
        _startTimestamp = _flushed = _clock.GetTimestamp();
        _startNanoseconds = (_clock.GetUtcNow().UtcDateTime - DateTime.UnixEpoch).Ticks * 100;
        _writer = new CaptureWriter(stream);
        _writer.Flush();
    }

    /// <summary>What ended the recording early.</summary>
    public IOException? Failure { get; private set; }

    /// <summary>Datagrams written.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public void Observe(bool sent, ushort localPort, SocketAddress remote, ReadOnlySpan<byte> datagram)
    {
        ArgumentNullException.ThrowIfNull(remote);
        if (datagram.Length > SyntheticFrame.MaxPayload) return;
        lock (_turn)
        {
            if (_disposed || Failure is not null) return;
            long now = _clock.GetTimestamp();
            long time = _startNanoseconds + _clock.GetElapsedTime(_startTimestamp, now).Ticks * 100;
            PeerAddress there = ToPeer(remote);
            PeerAddress here = LocalAddressFor(remote, there);
            here.Port = localPort;
            try
            {
                if (sent) _writer.Write(time, here, there, datagram);
                else _writer.Write(time, there, here, datagram);
                Count++;
                if (_clock.GetElapsedTime(_flushed, now) < s_flushInterval) return;
                _flushed = now;
                _writer.Flush();
            }
            catch (IOException e)
            {
                Failure = e;
            }
        }
    }

    /// <summary>Hands everything recorded so far to the system.</summary>
    public void Flush() => Try(_writer.Flush);

    /// <inheritdoc/>
    public void Dispose()
    {
        Try(_writer.Dispose);
        lock (_turn) _disposed = true;
    }

    private void Try(Action action)
    {
        lock (_turn)
        {
            if (_disposed) return;
            try
            {
                action();
            }
            catch (IOException e)
            {
                Failure ??= e;
            }
        }
    }

    // The socket listens on every address. Which of them a peer sees is what the system would send from; asking sends nothing.
    private PeerAddress LocalAddressFor(SocketAddress remote, in PeerAddress peer)
    {
        PeerAddress host = peer;
        host.Port = 0;
        if (_localAddresses.TryGetValue(host, out PeerAddress known)) return known;
        PeerAddress local = host.IsIPv4 ? PeerAddress.FromIPv4(0, 0) : default;
        try
        {
            using Socket probe = new(remote.Family, SocketType.Dgram, ProtocolType.Udp);
            EndPoint template = new IPEndPoint(remote.Family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
            probe.Connect(template.Create(remote));
            local = ToPeer(probe.LocalEndPoint!.Serialize());
            local.Port = 0;
        }
        catch (SocketException)
        {
            // No way there: the address stays unspecified, as other tools write it.
        }

        if (_localAddresses.Count == MaxKnownAddresses) _localAddresses.Clear();
        return _localAddresses[host] = local;
    }

    // sockaddr_in: port at 2, address at 4. sockaddr_in6: port at 2, address at 8. Both in network order.
    private static PeerAddress ToPeer(SocketAddress address)
    {
        ReadOnlySpan<byte> bytes = address.Buffer.Span;
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (address.Family == AddressFamily.InterNetwork) return PeerAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), port);
        PeerAddress peer;
        peer.High = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        peer.Low = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        peer.Port = port;
        return peer;
    }
}
