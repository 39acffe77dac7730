using System.Globalization;
using System.Text;

namespace NetKd.Gdb;

/// <summary>
/// A debugger's side of the gdb remote protocol: what a stub can do is asked first, then memory, registers, breakpoints and running of all its
/// processors, which gdb calls threads. All-stop mode. Memory is asked for in the largest pieces that the stub takes, several at a time where
/// it takes them so. One thread uses it at a time, but <see cref="Interrupt"/>.
/// </summary>
/// <remarks>Memory is in <c>GdbClient.Memory.cs</c>, registers in <c>GdbClient.Registers.cs</c>, running in <c>GdbClient.Running.cs</c>.</remarks>
public sealed partial class GdbClient : IDisposable
{
    private const int DefaultPacketSize = 400;
    private const int MaxThreads = 4096;
    private const int MaxDocument = 1 << 20;

    private readonly PacketChannel _channel;
    private readonly TimeSpan _patience;
    private readonly List<string> _threads = [];
    private TargetDescription? _description;
    private string _selected = "";

    private GdbClient(PacketChannel channel, TimeSpan patience)
    {
        _channel = channel;
        _patience = patience;
    }

    /// <summary>The largest packet that the stub takes, in bytes of its body.</summary>
    public int PacketSize { get; private set; } = DefaultPacketSize;

    /// <summary>True for QEMU's stub, which reads physical memory on request and takes packets one behind the other.</summary>
    public bool IsQemu { get; private set; }

    /// <summary>The processors by the stub's own ids, in its order.</summary>
    public IReadOnlyList<string> Threads => _threads;

    /// <summary>The stub's registers.</summary>
    /// <exception cref="GdbException">It does not describe them, and none were assumed.</exception>
    public TargetDescription Description => _description ?? throw new GdbException("The stub does not describe its registers: give the architecture (arch=amd64).");

    /// <summary>True when there are registers to speak of: described by the stub, or assumed.</summary>
    public bool HasDescription => _description is not null;

    /// <summary>Packets sent that ask for something.</summary>
    public long Requests { get; private set; }

    /// <summary>Connects to a stub, stops its machine when it runs, and asks what it can do.</summary>
    /// <param name="host">Its host.</param>
    /// <param name="port">Its TCP port.</param>
    /// <param name="patience">How long an answer may take.</param>
    /// <exception cref="GdbException">No stub answers there, or not as one.</exception>
    public static GdbClient Connect(string host, int port, TimeSpan patience)
    {
        GdbClient client = new(PacketChannel.Connect(host, port, patience), patience);
        try
        {
            client.Negotiate();
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Uses the registers that are usual for an architecture when the stub does not describe its own.</summary>
    public void AssumeRegisters(TargetDescription description) => _description ??= description;

    /// <summary>Reads the list of processors again.</summary>
    public void ReadThreads()
    {
        _threads.Clear();
        string question = "qfThreadInfo";
        while (_threads.Count < MaxThreads)
        {
            ReadOnlySpan<byte> answer = Ask(question);
            if (answer is [(byte)'m', ..]) _threads.AddRange(Encoding.ASCII.GetString(answer[1..]).Split(',', StringSplitOptions.RemoveEmptyEntries));
            else break;
            question = "qsThreadInfo";
        }

        if (_threads.Count == 0) _threads.Add("1");
    }

    /// <summary>Runs a command of the stub's own (QEMU's monitor) and gives its text.</summary>
    /// <exception cref="GdbException">The stub has no such commands.</exception>
    public string Monitor(string command)
    {
        StringBuilder text = new();
        ReadOnlySpan<byte> answer = Ask("qRcmd," + Hex.Encode(Encoding.UTF8.GetBytes(command)));
        // Text comes in packets that begin with O until one says that it is over.
        while (answer is [(byte)'O', not (byte)'K', ..] && text.Length < MaxDocument)
        {
            if (Hex.Decode(answer[1..]) is { } part) text.Append(Encoding.UTF8.GetString(part));
            answer = Await("qRcmd");
        }

        if (answer.IsEmpty) throw new GdbException("This stub takes no monitor commands.");
        if (IsError(answer)) throw new GdbException($"The stub refused the monitor command '{command}' ({PacketChannel.Show(answer)}).");
        if (!answer.SequenceEqual("OK"u8) && Hex.Decode(answer) is { } whole) text.Append(Encoding.UTF8.GetString(whole));
        return text.ToString();
    }

    /// <summary>Lets the machine go on and leaves it.</summary>
    public void Detach()
    {
        // With multiprocess extensions a processor is p<process>.<thread>, and a stub detaches from a process.
        foreach (string process in _threads.Where(t => t.StartsWith('p')).Select(t => t[1..].Split('.')[0]).Distinct().DefaultIfEmpty(""))
        {
            if (!Ask(process.Length == 0 ? "D" : $"D;{process}").SequenceEqual("OK"u8)) throw new GdbException("The stub refuses to let its machine go: it stays stopped. Connect again, and leave again.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private void Negotiate()
    {
        Dictionary<string, string> features = new(StringComparer.Ordinal);
        foreach (string feature in Encoding.ASCII.GetString(Ask("qSupported:multiprocess+;vContSupported+;swbreak+;hwbreak+;qXfer:features:read+")).Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = feature.IndexOf('=', StringComparison.Ordinal);
            features[equals < 0 ? feature.TrimEnd('+', '-', '?') : feature[..equals]] = equals < 0 ? feature[^1..] : feature[(equals + 1)..];
        }

        if (features.TryGetValue("PacketSize", out string? size) && int.TryParse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int bytes))
            PacketSize = Math.Clamp(bytes, 64, PacketChannel.MaxPacket / 2);
        if (features.GetValueOrDefault("QStartNoAckMode") == "+" && Ask("QStartNoAckMode").SequenceEqual("OK"u8)) _channel.Acknowledges = false;
        IsQemu = Ask("qqemu.PhyMemMode") is [(byte)'0' or (byte)'1'];
        Ask("?");
        ReadThreads();
        if (features.GetValueOrDefault("qXfer:features:read") == "+") _description = TargetDescription.Read(ReadDocument);
        if (_description is { Registers.Count: 0 }) _description = null;
    }

    // A document in pieces: m and a piece while there is more, l and the last.
    private string? ReadDocument(string name)
    {
        StringBuilder text = new();
        int piece = PacketSize / 2;
        while (text.Length < MaxDocument)
        {
            ReadOnlySpan<byte> answer = Ask($"qXfer:features:read:{name}:{text.Length:x},{piece:x}");
            if (answer is not [(byte)'m' or (byte)'l', ..]) return null;
            text.Append(Encoding.Latin1.GetString(answer[1..]));
            if (answer[0] == 'l') return text.ToString();
            if (answer.Length == 1) break;
        }

        throw new GdbException($"The stub's description {name} does not end within {MaxDocument} characters.");
    }

    /// <summary>Sends a question and waits for its answer, which is empty for a question that the stub does not know.</summary>
    private ReadOnlySpan<byte> Ask(string question)
    {
        CollectAhead();
        Requests++;
        _channel.Send(question);
        return Await(question);
    }

    private ReadOnlySpan<byte> Await(string question)
    {
        while (_channel.Receive(_patience, out ReadOnlySpan<byte> answer))
        {
            // Connecting stops a machine that runs, and QEMU tells of that without being asked; no other answer looks like it.
            bool late = question != "?" && answer is [(byte)'T' or (byte)'S', ..] && StopReply.Parse(answer) is not null;
            if (!late) return answer;
        }

        throw new GdbException($"The stub did not answer {PacketChannel.Show(Encoding.ASCII.GetBytes(question))} within {_patience.TotalSeconds:0} s: its machine hangs, or another debugger is connected.");
    }

    private static bool IsError(ReadOnlySpan<byte> answer) => answer is [(byte)'E', _, _, ..];

    private void Select(string thread)
    {
        if (_selected == thread) return;
        if (!Ask("Hg" + thread).SequenceEqual("OK"u8)) throw new GdbException($"The stub does not know its processor {thread} any more.");
        _selected = thread;
    }
}
