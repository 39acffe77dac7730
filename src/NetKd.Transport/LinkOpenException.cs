namespace NetKd.Transport;

/// <summary>Why a link cannot be opened.</summary>
public enum LinkOpenFault
{
    /// <summary>There is, but it cannot be had: in use, refused, no permission.</summary>
    Unavailable,
    /// <summary>No such device, pipe or path.</summary>
    NotFound,
    /// <summary>No such machine.</summary>
    HostNotFound,
}

/// <summary>A link cannot be opened. The message is one line for the user, with what to do.</summary>
public sealed class LinkOpenException(LinkOpenFault fault, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>Why.</summary>
    public LinkOpenFault Fault { get; } = fault;
}

/// <summary>An open link broke and does not come back by itself. The message is one line for the user.</summary>
public sealed class LinkLostException(string message, Exception? inner = null) : IOException(message, inner);
