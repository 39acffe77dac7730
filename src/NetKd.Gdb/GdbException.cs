namespace NetKd.Gdb;

/// <summary>
/// The stub cannot be talked with any more, or answers what the protocol does not allow; the message says what happened, with the packet where
/// there is one, and what to do.
/// </summary>
public sealed class GdbException(string message, Exception? inner = null) : Exception(message, inner);
