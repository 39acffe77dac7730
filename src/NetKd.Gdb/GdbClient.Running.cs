using System.Text;

namespace NetKd.Gdb;

/// <summary>The kinds of breakpoints that stubs know, by their numbers in <c>Z</c> packets.</summary>
public enum GdbBreakpointKind
{
    /// <summary>An instruction, put into memory by the stub.</summary>
    Software = 0,
    /// <summary>An instruction, by the processor's own means.</summary>
    Hardware = 1,
    /// <summary>Data that is written.</summary>
    WriteWatch = 2,
    /// <summary>Data that is read.</summary>
    ReadWatch = 3,
    /// <summary>Data that is read or written.</summary>
    AccessWatch = 4,
}

/// <summary>Breakpoints, and letting the machine run.</summary>
public sealed partial class GdbClient
{
    private bool _hasVCont;
    private bool _askedVCont;

    /// <summary>Sets a breakpoint; false when the stub cannot.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="address">Where.</param>
    /// <param name="size">Bytes watched; 1 for an instruction of a machine with variable lengths, 4 on arm64.</param>
    public bool TryInsert(GdbBreakpointKind kind, ulong address, int size) => Ask($"Z{(int)kind},{address:x},{size:x}").SequenceEqual("OK"u8);

    /// <summary>Takes a breakpoint out; false when the stub refuses.</summary>
    public bool TryRemove(GdbBreakpointKind kind, ulong address, int size) => Ask($"z{(int)kind},{address:x},{size:x}").SequenceEqual("OK"u8);

    /// <summary>Lets all processors run. <see cref="WaitForStop"/> tells when they stop.</summary>
    public void Continue() => Resume(HasVCont ? "vCont;c" : "c");

    /// <summary>Lets one processor execute one instruction, the others none where the stub can do so.</summary>
    public void Step(string thread)
    {
        if (!HasVCont)
        {
            Ask("Hc" + thread);
            Resume("s");
            return;
        }

        Resume($"vCont;s:{thread}");
    }

    /// <summary>Asks a running machine to stop. May be called from any thread while another waits.</summary>
    public void Interrupt() => _channel.SendInterrupt();

    /// <summary>Waits for the machine to stop; null when it did not in time.</summary>
    /// <exception cref="GdbException">The stub cannot be talked with any more.</exception>
    public StopReply? WaitForStop(TimeSpan timeout)
    {
        long end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (true)
        {
            long left = Math.Max(0, end - Environment.TickCount64);
            if (!_channel.Receive(TimeSpan.FromMilliseconds(left), out ReadOnlySpan<byte> packet)) return null;
            if (StopReply.Parse(packet) is { } stop)
            {
                // Stubs select the processor that stopped.
                _selected = "";
                return stop;
            }

            // Text that the machine prints through its stub is not ours to show; anything else is out of turn.
            if (packet is [(byte)'O', ..]) continue;
            throw new GdbException($"The stub sent something else than a stop while its machine ran: {PacketChannel.Show(packet)}");
        }
    }

    private bool HasVCont
    {
        get
        {
            if (_askedVCont) return _hasVCont;
            _askedVCont = true;
            string actions = Encoding.ASCII.GetString(Ask("vCont?"));
            return _hasVCont = actions.StartsWith("vCont", StringComparison.Ordinal) && actions.Contains(";c", StringComparison.Ordinal) && actions.Contains(";s", StringComparison.Ordinal);
        }
    }

    private void Resume(string packet)
    {
        ForgetAhead();
        SetPhysical(false);
        Requests++;
        _channel.Send(packet);
        _channel.Flush();
    }
}
