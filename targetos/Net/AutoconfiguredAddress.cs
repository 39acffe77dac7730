using NetKd.TargetOs.Cpu;

namespace NetKd.TargetOs.Net;

/// <summary>One IPv6 address of the machine on its way into use: tentative until nobody has objected for a second (RFC 4862, 5.4).</summary>
internal sealed class AutoconfiguredAddress
{
    // RetransTimer; DupAddrDetectTransmits is 1.
    private const long DetectionMicroseconds = 1_000_000;

    private State _state;
    private long _decision;

    private enum State
    {
        None,
        Tentative,
        Preferred,
        Duplicate,
    }

    public PeerAddress Address { get; private set; }

    /// <summary>True when the address may be used.</summary>
    public bool IsPreferred => _state == State.Preferred;

    /// <summary>True while it is being tried.</summary>
    public bool IsTentative => _state == State.Tentative;

    /// <summary>True before anything was tried.</summary>
    public bool IsNew => _state == State.None;

    /// <summary>Starts to try an address. The caller asks the link for it.</summary>
    public void Try(in PeerAddress address)
    {
        Address = address;
        _state = State.Tentative;
        _decision = Clock.Microseconds + DetectionMicroseconds;
    }

    /// <summary>True once, when the time for objections has passed.</summary>
    public bool BecomesPreferred()
    {
        if (_state != State.Tentative || Clock.Microseconds < _decision) return false;
        _state = State.Preferred;
        return true;
    }

    /// <summary>Somebody else has it: it is never used.</summary>
    public void Refuse() => _state = State.Duplicate;
}
