using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NetKd.Gdb.Tests;

/// <summary>
/// A gdb stub that answers as a test says: each packet's body goes to a function that gives the raw bytes to send back. Without an answer of the
/// test's it plays a small amd64 machine.
/// </summary>
internal sealed class ScriptedStub : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, byte[]?> _answer;
    private readonly Lock _lock = new();
    private readonly List<string> _packets = [];
    private TcpClient? _client;

    public ScriptedStub(Func<string, byte[]?>? answer = null)
    {
        _answer = answer ?? (_ => null);
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The bodies of all packets so far.</summary>
    public string[] Packets
    {
        get
        {
            lock (_lock) return [.. _packets];
        }
    }

    public GdbClient Connect(double seconds = 5) => GdbClient.Connect("127.0.0.1", Port, TimeSpan.FromSeconds(seconds));

    /// <summary>A packet with its checksum.</summary>
    public static byte[] Packet(string body)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(body);
        return [(byte)'$', .. bytes, (byte)'#', .. Encoding.ASCII.GetBytes($"{bytes.Aggregate(0, (sum, b) => sum + b) & 255:x2}")];
    }

    /// <summary>What the small machine says.</summary>
    public static byte[] Default(string body) => Packet(body switch
    {
        _ when body.StartsWith("qSupported", StringComparison.Ordinal) => "PacketSize=1000;qXfer:features:read+;vContSupported+",
        _ when body.StartsWith("qXfer:features:read:target.xml:0,", StringComparison.Ordinal) =>
            "l<target><architecture>i386:x86-64</architecture><feature name=\"core\"><reg name=\"rax\" bitsize=\"64\"/><reg name=\"rip\" bitsize=\"64\" regnum=\"16\"/></feature></target>",
        "?" => "T05thread:01;",
        "qfThreadInfo" => "m01,02",
        "qsThreadInfo" => "l",
        "vCont?" => "vCont;c;C;s;S",
        "g" => "1122334455667788" + "efcdab8967452301",
        _ when body[0] is 'H' or 'Z' or 'z' or 'P' or 'M' or 'D' => "OK",
        _ => "",
    });

    public void Dispose()
    {
        _listener.Dispose();
        _client?.Dispose();
    }

    private void Serve()
    {
        try
        {
            _client = _listener.AcceptTcpClient();
            NetworkStream stream = _client.GetStream();
            while (true)
            {
                int first = stream.ReadByte();
                if (first < 0) return;
                if (first != '$')
                {
                    if (first == 3) Answer(stream, "\x03");
                    continue;
                }

                StringBuilder body = new();
                while (stream.ReadByte() is var next && next != '#') body.Append((char)next);
                stream.ReadByte();
                stream.ReadByte();
                stream.WriteByte((byte)'+');
                Answer(stream, body.ToString());
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The client or the test has left.
        }
    }

    private void Answer(NetworkStream stream, string body)
    {
        lock (_lock) _packets.Add(body);
        if (_answer(body) is { } raw) stream.Write(raw);
        else if (body != "\x03" && body[0] != 'v' || body == "vCont?") stream.Write(Default(body));
    }
}
