using NetKd.Gdb;
using NetKd.Target.Bridge;
using NetKd.Transport;

namespace NetKd.InProcess.Exdi;

/// <summary>An eXDI connection: the link to the bridge within the process, and the way past it to the stub itself.</summary>
public sealed class ExdiConnection
{
    private readonly BridgedTarget _target;

    internal ExdiConnection(KdLink link, BridgedTarget target)
    {
        Link = link;
        _target = target;
    }

    /// <summary>The link.</summary>
    public KdLink Link { get; }

    /// <summary>
    /// Gives a command to the stub (QEMU's monitor). Only while the machine stands still and no request is under way: the bridge's thread then waits
    /// for the next one. The command may change anything, so nothing that was read before counts any more.
    /// </summary>
    /// <param name="command">The command, in the stub's language.</param>
    /// <param name="answer">What the stub says; the reason when it refuses.</param>
    public bool TryCommand(string command, out string answer)
    {
        try
        {
            answer = _target.Machine.Monitor(command);
            return true;
        }
        catch (GdbException e)
        {
            answer = e.Message;
            return false;
        }
    }
}
