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

    // On Ethernet a large packet goes in fragments, and some networks let none through. A target that is only slow loses little by smaller ones.
    private const int LargePatienceMilliseconds = 500;

    private readonly byte[] _request = new byte[PayloadLimits.Large];
    private readonly Lock _turn = new();
    private int _dataLength;
    private bool _largeFails;

    /// <summary>Requests sent so far, repetitions not counted.</summary>
    public long RequestCount { get; private set; }

    /// <summary>The most data bytes of one request or reply.</summary>
    public int MaxData => PayloadLimits.ManipulateData(link.MaxPayload);

    /// <summary>The most bytes of memory in one request or reply.</summary>
    public int MaxMemory => _largeFails ? MaxData : PayloadLimits.ManipulateData(link.MaxMemoryPayload);

    /// <summary>
    /// True when the last exchange was given up because its request or reply did not come through a network that seems to let no large packets through: it is
    /// to be made again, in pieces of what <see cref="MaxMemory"/> is now. At most once in a session.
    /// </summary>
    public bool WasTooLarge { get; private set; }

    /// <summary>While set, an answer may take any time, until this is cancelled; else the options bound it.</summary>
    public CancellationToken? Patience { get; set; }

    /// <summary>Makes sure of one caller at a time.</summary>
    public Lock Turn => _turn;

    /// <summary>Takes what the target offers: bytes of memory in a packet, 0 for what NT gives.</summary>
    public void Agree(int largeMemory)
    {
        link.LargeMemory = Math.Min(largeMemory, PayloadLimits.LargestMemoryHere);
        _largeFails = false;
    }

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
        WasTooLarge = false;
        link.Send(PacketType.StateManipulate, _request.AsSpan(0, ManipulateHeader.Size + _dataLength), expectsReply: true);
        ManipulateHeader.TryRead(_request, out ManipulateHeader asked);
        bool isLarge = IsLarge(asked.Api);
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
            if (isLarge && waited > LargePatienceMilliseconds)
            {
                _largeFails = WasTooLarge = true;
                reply = [];
                return NtStatus.Unsuccessful;
            }

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

    private bool IsLarge(ManipulateApi api) =>
        _dataLength > MaxData || (IsMemoryRead(api) && ManipulateUnion.ReadUInt32(_request, ManipulateUnion.MemoryCount) > (uint)MaxData);

    private static bool IsMemoryRead(ManipulateApi api) => api is ManipulateApi.DbgKdReadVirtualMemoryApi or ManipulateApi.DbgKdReadPhysicalMemoryApi;

    // A reply that a cancelled request left behind must not answer another question.
    private bool Answers(in ManipulateHeader asked, in ManipulateHeader answered, ReadOnlySpan<byte> payload)
    {
        if (asked.Api != answered.Api) return false;
        return !IsMemoryRead(asked.Api) || ManipulateUnion.ReadUInt64(_request, ManipulateUnion.MemoryAddress) == ManipulateUnion.ReadUInt64(payload, ManipulateUnion.MemoryAddress);
    }
}
