using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetKd.Protocol.Net;

namespace NetKd.Benchmarks;

/// <summary>
/// The four datagrams of one read (request, acknowledgement, reply, acknowledgement) between two processes, in their sizes, with nothing
/// behind them: what a protocol that stops and waits can reach on this machine. Sealed, they also pay for their encryption.
/// </summary>
internal static class BareExchange
{
    private const int Rounds = 20_000;
    private const int WarmUp = 2_000;
    private const int RequestBody = 72;
    private const int AcknowledgementBody = 16;
    private const int ReplyBody = 72 + 0x548;

    /// <summary>Median of a cycle in microseconds.</summary>
    public static double Measure(bool isSealed)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        using Process peer = ThisProgram.Start("exchange", $"{port}", isSealed ? "sealed" : "bare");
        try
        {
            Wire wire = new(socket, isSealed);
            wire.Receive();
            List<double> cycles = [];
            for (int i = 0; i < Rounds + WarmUp; i++)
            {
                long start = Stopwatch.GetTimestamp();
                wire.Send(RequestBody);
                wire.Receive();
                wire.Receive();
                wire.Send(AcknowledgementBody);
                if (i >= WarmUp) cycles.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }

            return Median.Of(cycles);
        }
        finally
        {
            peer.Kill();
        }
    }

    /// <summary>The other end, until it is ended.</summary>
    public static void Serve(int port, bool isSealed)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Wire wire = new(socket, isSealed) { Peer = new IPEndPoint(IPAddress.Loopback, port).Serialize() };
        wire.Send(AcknowledgementBody);
        while (true)
        {
            // Only a request is answered; what is shorter is an acknowledgement.
            if (wire.Receive() < 100) continue;
            wire.Send(AcknowledgementBody);
            wire.Send(ReplyBody);
        }
    }

    private sealed class Wire(Socket socket, bool isSealed)
    {
        private readonly byte[] _datagram = new byte[DatagramCodec.MaxSize];
        private readonly byte[] _plaintext = new byte[DatagramCodec.MaxSize];
        private readonly DatagramCipher _send = NewCipher();
        private readonly DatagramCipher _receive = NewCipher();
        private readonly SpinWindow _spin = new();
        private readonly SocketAddress _from = new(AddressFamily.InterNetwork);
        private ulong _sequence;

        public SocketAddress? Peer { get; set; }

        public void Send(int body)
        {
            int length = isSealed
                ? DatagramCodec.Seal(_send, _datagram, body, 4, control: false, fromHost: true, ++_sequence)
                : 6 + (8 + body + 15) / 16 * 16 + 16;
            socket.SendTo(_datagram.AsSpan(0, length), SocketFlags.None, Peer!);
        }

        public int Receive()
        {
            if (!_spin.Wait(socket))
            {
                long start = Stopwatch.GetTimestamp();
                socket.Poll(-1, SelectMode.SelectRead);
                _spin.SleptFor(Stopwatch.GetTimestamp() - start);
            }

            int length = socket.ReceiveFrom(_datagram, SocketFlags.None, _from);
            Peer ??= _from;
            if (isSealed) DatagramCodec.Open(_receive, _datagram.AsSpan(0, length), _plaintext, fromHost: true, out _);
            return length;
        }

        private static DatagramCipher NewCipher()
        {
            DatagramCipher cipher = new();
            KeyText.TryParse(SimulatedPeer.Key, out KdNetKey key, out _);
            ChannelKeys.LoadControl(cipher, key);
            return cipher;
        }
    }
}
