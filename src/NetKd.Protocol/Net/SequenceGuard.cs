namespace NetKd.Protocol.Net;

/// <summary>
/// The replay rule of the data channel: a sequence number must be above every accepted one; gaps are fine
/// (facts: kdnet-wire, section 3). A value of its own per direction and data key.
/// </summary>
public struct SequenceGuard
{
    private ulong _last;

    /// <summary>Takes a number if it is new.</summary>
    public bool Accept(ulong sequence)
    {
        if (sequence <= _last) return false;
        _last = sequence;
        return true;
    }
}
