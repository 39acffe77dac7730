namespace NetKd.TargetOs.Boot;

/// <summary>How the settings want the debugger to be reached; the numbers are those of the element debugtype.</summary>
internal enum DebuggerKind
{
    Serial = 0,
    Ieee1394 = 1,
    Usb = 2,
    Net = 3,
    Local = 4,
}
