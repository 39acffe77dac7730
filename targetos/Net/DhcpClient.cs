using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Debugger;

namespace NetKd.TargetOs.Net;

/// <summary>
/// Gets the interface its address (RFC 2131) and keeps it: asks again, all over, at half of the lease. Driven by polls; never waits.
/// </summary>
internal sealed class DhcpClient
{
    public const ushort ServerPort = 67;
    public const ushort ClientPort = 68;

    // RFC 2131, 4.1 starts at four seconds; the first message is lost when an adapter is still negotiating its link, and
    // somebody waits for this machine, so it starts at half a second.
    private const long FirstRetry = 500_000;
    private const long LastRetry = 16_000_000;
    private const long MicrosecondsPerSecond = 1_000_000;
    private const uint ShortestLease = 60;

    // The fourth message goes after three and a half seconds.
    private const int SilentMessages = 4;

    private readonly NetworkInterface _network;
    private readonly byte[] _message = new byte[300];
    private State _state = State.Selecting;
    private uint _transaction;
    private int _unanswered;
    private uint _offered;
    private uint _server;
    private long _retry = FirstRetry;
    private long _next;

    /// <summary>Makes a client; the first message goes at the first <see cref="Advance"/>.</summary>
    public DhcpClient(NetworkInterface network)
    {
        _network = network;
        _transaction = (uint)Processor.ReadTimeStamp();
    }

    /// <summary>Messages that were damaged, or meant for another client or an earlier question.</summary>
    public uint Rejected { get; private set; }

    /// <summary>True while a lease is held.</summary>
    public bool IsBound => _state is State.Bound or State.Renewing;

    /// <summary>True when several messages in a row brought no server to answer.</summary>
    public bool IsSilent => _state == State.Selecting && _unanswered >= SilentMessages;

    private enum State
    {
        Selecting,
        Requesting,
        Bound,
        Renewing,
    }

    /// <summary>Sends what is due.</summary>
    public void Advance()
    {
        long now = Clock.Microseconds;
        if (now < _next) return;
        if (_state == State.Bound)
        {
            _state = State.Renewing;
            _retry = FirstRetry;
        }
        else if (_state == State.Requesting && _retry > 4 * FirstRetry)
        {
            // The server that made the offer is gone: start over.
            _state = State.Selecting;
        }

        _next = now + _retry;
        _retry = _retry * 2 > LastRetry ? LastRetry : _retry * 2;
        if (_state == State.Selecting)
        {
            _transaction++;
            _unanswered++;
        }

        Send();
    }

    /// <summary>Takes a message that came to the client's port.</summary>
    public void Take(ReadOnlySpan<byte> payload)
    {
        if (!DhcpMessage.TryRead(payload, _transaction, _network.HardwareAddress, out DhcpMessage message))
        {
            Rejected++;
            return;
        }

        if (_state == State.Selecting && message.Kind == DhcpMessage.Offer && message.Address != 0)
        {
            _offered = message.Address;
            _server = message.Server;
            _unanswered = 0;
            _state = State.Requesting;
            _retry = FirstRetry;
            _next = 0;
            Advance();
        }
        else if (_state is State.Requesting or State.Renewing && message.Kind == DhcpMessage.Acknowledge && message.Address != 0)
        {
            Bind(in message);
        }
        else if (_state is State.Requesting or State.Renewing && message.Kind == DhcpMessage.Refuse)
        {
            _network.Address = 0;
            _state = State.Selecting;
            _retry = FirstRetry;
        }
    }

    private void Bind(in DhcpMessage message)
    {
        bool changed = _network.Address != message.Address;
        _network.Address = message.Address;
        _network.SubnetMask = message.SubnetMask;
        _network.Router = message.Router;
        _offered = message.Address;
        _state = State.Bound;
        uint lease = message.LeaseTime < ShortestLease ? ShortestLease : message.LeaseTime;
        _next = Clock.Microseconds + (lease / 2 * MicrosecondsPerSecond);
        if (!changed) return;
        Log.Begin("address "u8);
        Log.IPv4(message.Address);
        Log.Write(" mask "u8);
        Log.IPv4(message.SubnetMask);
        Log.Write(" router "u8);
        Log.IPv4(message.Router);
        Log.Write(" by DHCP"u8);
        Log.End();
    }

    private void Send()
    {
        // Broadcast, also to renew: it works whichever server answers.
        int length = _state switch
        {
            State.Selecting => DhcpMessage.Write(_message, DhcpMessage.Discover, _transaction, _network.HardwareAddress, 0, 0, 0),
            State.Requesting => DhcpMessage.Write(_message, DhcpMessage.Request, _transaction, _network.HardwareAddress, 0, _offered, _server),
            _ => DhcpMessage.Write(_message, DhcpMessage.Request, _transaction, _network.HardwareAddress, _network.Address, 0, 0),
        };
        uint source = _state is State.Selecting or State.Requesting ? 0 : _network.Address;
        _network.SendUdp(((ReadOnlySpan<byte>)_message).Slice(0, length), ClientPort, IPv4.BroadcastAddress, ServerPort, source);
    }
}
