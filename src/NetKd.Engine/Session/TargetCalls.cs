using System.Diagnostics;

namespace NetKd.Engine.Session;

/// <summary>
/// Requests to a stopped target and their replies (facts: kdnet-wire, section 5): one at a time, on the caller's thread, so that a
/// request costs no hop between threads. A reply's bytes are valid until the next request.
/// </summary>
internal sealed class TargetCalls(KdLink link, DebugClientOptions options, Action<PacketType, ReadOnlySpan<byte>> unsolicited, Action<LinkSignal> linkSignal)
{
    // Short enough that a cancelled user sees the prompt soon, long enough that a reply on its way is not left behind.
    private const int CancelPatienceMilliseconds = 1000;
    private const int ReceiveSliceMilliseconds = 100;

    private readonly byte[] _request = new byte[PayloadLimits.Large];
    private readonly Lock _turn = new();
    private int _dataLength;

    /// <summary>Requests sent so far, repetitions not counted.</summary>
    public long RequestCount { get; private set; }

    /// <summary>The most data bytes of one request or reply.</summary>
    public int MaxData => PayloadLimits.ManipulateData(link.MaxPayload);

    /// <summary>The most bytes of memory in one request or reply.</summary>
    public int MaxMemory => PayloadLimits.ManipulateData(link.MaxMemoryPayload);

    /// <summary>While set, an answer may take any time, until this is cancelled; else the options bound it.</summary>
    public CancellationToken? Patience { get; set; }

    /// <summary>Makes sure of one caller at a time.</summary>
    public Lock Turn => _turn;

    /// <summary>Begins a request: an empty one, to be filled through <see cref="ManipulateUnion"/>.</summary>
    public Span<byte> Begin(ManipulateApi api, int processor = 0)
    {
        _request.AsSpan(0, ManipulateHeader.Size).Clear();
        new ManipulateHeader { Api = api, Processor = (ushort)processor, ReturnStatus = NtStatus.Pending }.Write(_request);
        _dataLength = 0;
        return _request;
    }

    /// <summary>Adds data behind the request's header.</summary>
    public void AddData(ReadOnlySpan<byte> data)
    {
        data.CopyTo(_request.AsSpan(ManipulateHeader.Size));
        _dataLength = data.Length;
    }

    /// <summary>Sends a request that has no reply.</summary>
    public void Post()
    {
        RequestCount++;
        link.Send(PacketType.StateManipulate, _request.AsSpan(0, ManipulateHeader.Size + _dataLength), expectsReply: false);
    }

    /// <summary>
    /// Sends a request that has no reply, and waits until the target has taken it: whoever goes on with another request at once would, on a serial line,
    /// send that on top of it, which the two ends can only mend by a reset.
    /// </summary>
    /// <exception cref="DebugException">The connection was lost.</exception>
    public void PostAndSettle()
    {
        Post();
        long started = link.Timestamp;
        while (link.IsSending && Stopwatch.GetElapsedTime(started, link.Timestamp) < options.AnswerTimeout)
        {
            LinkSignal signal = Receive(Math.Min(ReceiveSliceMilliseconds, (int)options.AnswerTimeout.TotalMilliseconds));
            if (signal == LinkSignal.Packet) unsolicited(link.Type, link.Payload);
            else if (signal != LinkSignal.None) linkSignal(signal);
        }
    }

    /// <summary>
    /// Sends the request and waits for its reply: status, and the whole payload with its header.
    /// </summary>
    /// <exception cref="DebugException">The connection was lost, or the target restarted.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, and no reply came within a second after.</exception>
    public uint Exchange(out ReadOnlySpan<byte> reply, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        RequestCount++;
        link.Send(PacketType.StateManipulate, _request.AsSpan(0, ManipulateHeader.Size + _dataLength), expectsReply: true);
        ManipulateHeader.TryRead(_request, out ManipulateHeader asked);
        long started = link.Timestamp;
        while (true)
        {
            LinkSignal signal = Receive(Math.Min(ReceiveSliceMilliseconds, (int)options.AnswerTimeout.TotalMilliseconds));
            if (signal == LinkSignal.Packet)
            {
                ReadOnlySpan<byte> payload = link.Payload;
                if (link.Type != PacketType.StateManipulate)
                {
                    unsolicited(link.Type, payload);
                    continue;
                }

                if (!ManipulateHeader.TryRead(payload, out ManipulateHeader answered) || !Answers(asked, answered, payload)) continue;
                reply = payload;
                return answered.ReturnStatus;
            }

            if (signal != LinkSignal.None) linkSignal(signal);
            double waited = Stopwatch.GetElapsedTime(started, link.Timestamp).TotalMilliseconds;
            if (Patience is { } patience)
            {
                if (waited > CancelPatienceMilliseconds) patience.ThrowIfCancellationRequested();
                continue;
            }

            // On a bad network an answer takes many tries; a target that still says something is not lost.
            if (Stopwatch.GetElapsedTime(Math.Max(started, link.LastHeard), link.Timestamp) > options.AnswerTimeout)
                throw new DebugException(DebugException.ConnectionLost, $"The target has not answered for {options.AnswerTimeout.TotalSeconds:0} s: it is off, restarting or cut off. Waiting again (g) takes it back when it returns.");
            if (waited > CancelPatienceMilliseconds) cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits for the next packet or signal of the link.</summary>
    /// <exception cref="DebugException">The link broke.</exception>
    public LinkSignal Receive(int milliseconds)
    {
        try
        {
            return link.Receive(milliseconds);
        }
        catch (LinkLostException e)
        {
            throw new DebugException(DebugException.ConnectionLost, e.Message, e);
        }
    }

    // A reply that a cancelled request left behind must not answer another question.
    private bool Answers(in ManipulateHeader asked, in ManipulateHeader answered, ReadOnlySpan<byte> payload)
    {
        if (asked.Api != answered.Api) return false;
        bool memory = asked.Api is ManipulateApi.DbgKdReadVirtualMemoryApi or ManipulateApi.DbgKdReadPhysicalMemoryApi;
        return !memory || ManipulateUnion.ReadUInt64(_request, ManipulateUnion.MemoryAddress) == ManipulateUnion.ReadUInt64(payload, ManipulateUnion.MemoryAddress);
    }
}
