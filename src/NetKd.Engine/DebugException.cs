namespace NetKd.Engine;

/// <summary>An engine call failed. The message is one line for the user; the code is what the documented API would return.</summary>
public class DebugException : Exception
{
    /// <summary>The engine is in the wrong state, or the target cannot be reached (E_UNEXPECTED).</summary>
    public const int Unexpected = unchecked((int)0x8000FFFF);
    /// <summary>A call that this kind of target has not (E_NOTIMPL).</summary>
    public const int NotImplemented = unchecked((int)0x80004001);
    /// <summary>No such option or interface (E_NOINTERFACE).</summary>
    public const int NoInterface = unchecked((int)0x80004002);
    /// <summary>A general failure (E_FAIL).</summary>
    public const int Failed = unchecked((int)0x80004005);
    /// <summary>A wait is under way already, or was left by an exit interrupt (E_PENDING).</summary>
    public const int Pending = unchecked((int)0x8000000A);
    /// <summary>The target is running (E_ACCESSDENIED).</summary>
    public const int AccessDenied = unchecked((int)0x80070005);
    /// <summary>A bad argument (E_INVALIDARG).</summary>
    public const int InvalidArgument = unchecked((int)0x80070057);
    /// <summary>No such device, pipe or path (HRESULT_FROM_WIN32 of ERROR_FILE_NOT_FOUND).</summary>
    public const int FileNotFound = unchecked((int)0x80070002);
    /// <summary>No such machine (HRESULT_FROM_WIN32 of WSAHOST_NOT_FOUND).</summary>
    public const int HostNotFound = unchecked((int)0x80072AF9);
    /// <summary>The connection was lost.</summary>
    public const int ConnectionLost = unchecked((int)0xD000A000);

    /// <summary>Makes an exception.</summary>
    public DebugException(int result, string message, Exception? inner = null)
        : base(message, inner) => HResult = result;
}

/// <summary>The target restarted while the debugger was talking to it: what the call was about is gone.</summary>
public sealed class TargetRestartedException()
    : DebugException(ConnectionLost, "The target restarted while the debugger was talking to it; wait for it (g) to go on.");
