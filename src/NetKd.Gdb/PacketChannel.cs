using System.Net.Sockets;
using System.Numerics;
using System.Text;

namespace NetKd.Gdb;

/// <summary>
/// Packets of the gdb remote protocol over a TCP connection: <c>$body#checksum</c>, acknowledged unless both sides gave that up, with escaped bytes
/// and runs (GDB manual, "Overview" of "Remote Protocol"). One thread uses it at a time.
/// </summary>
public sealed class PacketChannel : IDisposable
{
    /// <summary>The largest packet that is taken, in bytes as received; stubs that say more than their PacketSize are refused with a reason.</summary>
    public const int MaxPacket = 1 << 20;

    private const byte Interrupt = 3;
    private const int MaxRepetitions = 8;

    // A stub that sends nothing but noise is told from one that is slow.
    private const int MaxNoise = 1 << 16;

    private readonly Socket _socket;
    private readonly byte[] _input = new byte[64 * 1024];
    private readonly byte[] _lastSent = new byte[MaxPacket];
    private byte[] _body = new byte[4096];
    private byte[] _output = new byte[4096];
    private int _inputStart;
    private int _inputEnd;
    private int _lastSentLength;
    private int _outputLength;
    private int _noise;

    /// <summary>Talks over a connected socket, which it then owns.</summary>
    public PacketChannel(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
        _socket.NoDelay = true;
    }

    /// <summary>True while each packet is acknowledged with a plus sign; both sides agree on it with <c>QStartNoAckMode</c>.</summary>
    public bool Acknowledges { get; set; } = true;

    /// <summary>Connects to a stub.</summary>
    /// <exception cref="GdbException">It cannot be reached.</exception>
    public static PacketChannel Connect(string host, int port, TimeSpan timeout)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Not ConnectAsync: it has the runtime watch the socket for good, and each segment that comes then wakes two threads that have
            // nothing to do.
            if (!Task.Run(() => socket.Connect(host, port)).Wait(timeout)) throw new SocketException((int)SocketError.TimedOut);
            return new PacketChannel(socket);
        }
        catch (Exception e) when (e is SocketException or AggregateException { InnerException: SocketException })
        {
            socket.Dispose();
            throw new GdbException($"No gdb stub answers at {host}:{port} ({(e.InnerException ?? e).Message.TrimEnd('.')}): start QEMU with -gdb tcp::{port}, or the stub of your probe.", e);
        }
    }

    /// <summary>Queues a packet; <see cref="Flush"/> or the next <see cref="Receive"/> sends it. Several may be queued for a stub that takes them one behind the other.</summary>
    public void Send(ReadOnlySpan<byte> body)
    {
        int needed = _outputLength + 2 * body.Length + 4;
        if (_output.Length < needed) Array.Resize(ref _output, Math.Max(needed, 2 * _output.Length));
        int start = _outputLength;
        _output[_outputLength++] = (byte)'$';
        byte sum = 0;
        foreach (byte b in body)
        {
            if (b is (byte)'$' or (byte)'#' or (byte)'}' or (byte)'*')
            {
                Add((byte)'}');
                Add((byte)(b ^ 0x20));
            }
            else
            {
                Add(b);
            }
        }

        _output[_outputLength++] = (byte)'#';
        _output[_outputLength++] = Hex.Digit(sum >> 4);
        _output[_outputLength++] = Hex.Digit(sum & 15);
        _lastSentLength = Math.Min(_outputLength - start, _lastSent.Length);
        _output.AsSpan(start, _lastSentLength).CopyTo(_lastSent);

        void Add(byte value)
        {
            _output[_outputLength++] = value;
            sum = unchecked((byte)(sum + value));
        }
    }

    /// <summary>Queues a packet of text.</summary>
    public void Send(string body) => Send(Encoding.ASCII.GetBytes(body));

    /// <summary>Asks a running stub to stop. May be called from any thread.</summary>
    public void SendInterrupt() => Write([Interrupt]);

    /// <summary>Sends what is queued.</summary>
    public void Flush()
    {
        if (_outputLength == 0) return;
        Write(_output.AsSpan(0, _outputLength));
        _outputLength = 0;
    }

    /// <summary>
    /// Waits for a packet. Its body is valid until the next call. False when none came in time; notifications and acknowledgements are passed over.
    /// </summary>
    /// <exception cref="GdbException">The connection is lost, or what comes are no packets.</exception>
    public bool Receive(TimeSpan timeout, out ReadOnlySpan<byte> body)
    {
        body = [];
        Flush();
        long end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        int repetitions = 0;
        while (TryTake(end, out int first))
        {
            switch (first)
            {
                case '+':
                    continue;
                case '-':
                    if (++repetitions > MaxRepetitions) throw new GdbException($"The stub refused a packet {MaxRepetitions} times: {Show(_lastSent.AsSpan(0, _lastSentLength))}");
                    Write(_lastSent.AsSpan(0, _lastSentLength));
                    continue;
                case '$' or '%':
                    if (!TryReadBody(end, out int length, out bool intact)) throw new GdbException("The stub began a packet and did not end it in time.");
                    if (first == '%') continue;
                    _noise = 0;
                    if (!Acknowledges) intact = true;
                    else Write([(byte)(intact ? '+' : '-')]);
                    if (!intact)
                    {
                        if (++repetitions > MaxRepetitions) throw new GdbException($"The stub sent a packet with a wrong checksum {MaxRepetitions} times: {Show(_body.AsSpan(0, length))}");
                        continue;
                    }

                    body = _body.AsSpan(0, length);
                    return true;
                default:
                    if (++_noise > MaxNoise) throw new GdbException($"What comes from the stub is no gdb remote protocol ({MaxNoise} bytes without a packet): is the port a console's?");
                    continue;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>A packet for a message: its start, with what is not printable as dots.</summary>
    public static string Show(ReadOnlySpan<byte> packet)
    {
        const int MaxShown = 80;
        StringBuilder text = new();
        foreach (byte b in packet[..Math.Min(packet.Length, MaxShown)]) text.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
        return packet.Length > MaxShown ? $"{text}… ({packet.Length} bytes)" : text.ToString();
    }

    // Behind the dollar sign: bytes, escapes, runs, then # and two digits of the sum of all of them as sent.
    private bool TryReadBody(long end, out int length, out bool intact)
    {
        length = 0;
        intact = false;
        byte sum = 0;
        while (true)
        {
            // Nearly all of a packet stands for itself, memory above all: that much at once.
            ReadOnlySpan<byte> plain = PlainInput();
            if (!plain.IsEmpty)
            {
                Reserve(length, plain.Length);
                plain.CopyTo(_body.AsSpan(length));
                sum = unchecked((byte)(sum + Sum(plain)));
                length += plain.Length;
                _inputStart += plain.Length;
            }

            if (!TryTake(end, out int next)) return false;
            if (next == '#')
            {
                if (!TryTake(end, out int high) || !TryTake(end, out int low)) return false;
                intact = Hex.Value(high) is >= 0 and var h && Hex.Value(low) is >= 0 and var l && (h << 4 | l) == sum;
                return true;
            }

            sum = unchecked((byte)(sum + next));
            int count = 1;
            if (next == '}')
            {
                if (!TryTake(end, out next)) return false;
                sum = unchecked((byte)(sum + next));
                next ^= 0x20;
            }
            else if (next == '*' && length > 0)
            {
                // A run: the byte before, as many times more as the next character says, counted from 29.
                if (!TryTake(end, out int run)) return false;
                sum = unchecked((byte)(sum + run));
                count = Math.Max(0, run - 29);
                next = _body[length - 1];
            }

            Reserve(length, count);
            _body.AsSpan(length, count).Fill((byte)next);
            length += count;
        }
    }

    private void Reserve(int length, int count)
    {
        if (length + count > MaxPacket) throw new GdbException($"The stub sent a packet of more than {MaxPacket} bytes: {Show(_body.AsSpan(0, length))}");
        if (length + count > _body.Length) Array.Resize(ref _body, Math.Min(MaxPacket, Math.Max(2 * _body.Length, length + count)));
    }

    // Of what has come, as much as means nothing but itself.
    private ReadOnlySpan<byte> PlainInput()
    {
        ReadOnlySpan<byte> here = _input.AsSpan(_inputStart, _inputEnd - _inputStart);
        int special = here.IndexOfAny((byte)'#', (byte)'}', (byte)'*');
        return special < 0 ? here : here[..special];
    }

    private static byte Sum(ReadOnlySpan<byte> bytes)
    {
        Vector<byte> sums = Vector<byte>.Zero;
        for (; bytes.Length >= Vector<byte>.Count; bytes = bytes[Vector<byte>.Count..]) sums += new Vector<byte>(bytes);
        byte sum = Vector.Sum(sums);
        foreach (byte b in bytes) sum = unchecked((byte)(sum + b));
        return sum;
    }

    private bool TryTake(long end, out int value)
    {
        if (_inputStart == _inputEnd && !Fill(end))
        {
            value = 0;
            return false;
        }

        value = _input[_inputStart++];
        return true;
    }

    private bool Fill(long end)
    {
        try
        {
            long left = Math.Max(0, end - Environment.TickCount64);
            if (!_socket.Poll(TimeSpan.FromMilliseconds(Math.Min(left, int.MaxValue)), SelectMode.SelectRead)) return false;
            int count = _socket.Receive(_input);
            if (count == 0) throw new GdbException("The stub closed the connection: the machine was ended, or another debugger took it.");
            _inputStart = 0;
            _inputEnd = count;
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new GdbException($"The connection to the stub is lost ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[_socket.Send(bytes)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new GdbException($"The connection to the stub is lost ({e.Message.TrimEnd('.')}).", e);
        }
    }
}
