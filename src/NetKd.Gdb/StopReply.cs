namespace NetKd.Gdb;

/// <summary>Why a machine stopped.</summary>
public enum StopReason
{
    /// <summary>A signal: 5 (SIGTRAP) after steps and breakpoints, 2 (SIGINT) after an interrupt.</summary>
    Signal,
    /// <summary>The machine is gone (W, X).</summary>
    Exited,
}

/// <summary>What a watchpoint looked for.</summary>
public enum WatchKind
{
    /// <summary>No watchpoint was hit.</summary>
    None,
    /// <summary>A write.</summary>
    Write,
    /// <summary>A read.</summary>
    Read,
    /// <summary>Either.</summary>
    Access,
}

/// <summary>A stop reply packet (GDB manual, "Stop Reply Packets").</summary>
/// <param name="Reason">Signal or the end.</param>
/// <param name="Signal">The signal, or the exit code.</param>
/// <param name="Thread">The processor that stopped, by the stub's own id; empty when it does not say.</param>
/// <param name="Watch">The kind of watchpoint that was hit.</param>
/// <param name="WatchAddress">The data address of that.</param>
public sealed record StopReply(StopReason Reason, int Signal, string Thread, WatchKind Watch, ulong WatchAddress)
{
    /// <summary>SIGTRAP.</summary>
    public const int Trap = 5;

    /// <summary>SIGINT.</summary>
    public const int Interrupt = 2;

    /// <summary>Reads one; null for another packet.</summary>
    public static StopReply? Parse(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty) return null;
        ReadOnlySpan<byte> rest = packet[1..];
        switch ((char)packet[0])
        {
            case 'S' or 'T' when rest.Length >= 2 && Hex.Decode(rest[..2]) is [var signal]:
                rest = rest[2..];
                string thread = "";
                WatchKind watch = WatchKind.None;
                ulong address = 0;
                foreach (string pair in System.Text.Encoding.ASCII.GetString(rest).Split(';', StringSplitOptions.RemoveEmptyEntries))
                {
                    int colon = pair.IndexOf(':', StringComparison.Ordinal);
                    if (colon < 0) continue;
                    string value = pair[(colon + 1)..];
                    switch (pair[..colon])
                    {
                        case "thread":
                            thread = value;
                            break;
                        case "watch" or "rwatch" or "awatch":
                            watch = pair[0] == 'w' ? WatchKind.Write : pair[0] == 'r' ? WatchKind.Read : WatchKind.Access;
                            _ = ulong.TryParse(value, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture, out address);
                            break;
                    }
                }

                return new StopReply(StopReason.Signal, signal, thread, watch, address);
            case 'W' or 'X' when Hex.TryReadNumber(ref rest, out ulong code):
                return new StopReply(StopReason.Exited, (int)code, "", WatchKind.None, 0);
            default:
                return null;
        }
    }
}
