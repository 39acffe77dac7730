namespace NetKd.Protocol.Kd;

/// <summary>Types of KD packets (facts: kdnet-wire, section 3).</summary>
public enum PacketType : ushort
{
    /// <summary>Not a packet; the connection check looks like it.</summary>
    Unused = 0,
    /// <summary>PACKET_TYPE_KD_STATE_CHANGE32, the form of old 32-bit kernels.</summary>
    StateChange32 = 1,
    /// <summary>PACKET_TYPE_KD_STATE_MANIPULATE, a request or its reply.</summary>
    StateManipulate = 2,
    /// <summary>PACKET_TYPE_KD_DEBUG_IO, text from the target or a prompt.</summary>
    DebugIo = 3,
    /// <summary>PACKET_TYPE_KD_ACKNOWLEDGE.</summary>
    Acknowledge = 4,
    /// <summary>PACKET_TYPE_KD_RESEND.</summary>
    Resend = 5,
    /// <summary>PACKET_TYPE_KD_RESET.</summary>
    Reset = 6,
    /// <summary>PACKET_TYPE_KD_STATE_CHANGE64.</summary>
    StateChange64 = 7,
    /// <summary>PACKET_TYPE_KD_POLL_BREAKIN.</summary>
    PollBreakIn = 8,
    /// <summary>PACKET_TYPE_KD_TRACE_IO.</summary>
    TraceIo = 9,
    /// <summary>PACKET_TYPE_KD_CONTROL_REQUEST.</summary>
    ControlRequest = 10,
    /// <summary>PACKET_TYPE_KD_FILE_IO.</summary>
    FileIo = 11,
}
