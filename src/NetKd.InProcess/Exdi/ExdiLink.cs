using NetKd.Gdb;
using NetKd.Target.Bridge;
using NetKd.Target.Server;
using NetKd.Transport;
using NetKd.Transport.Com;

namespace NetKd.InProcess.Exdi;

/// <summary>
/// Connections to machines behind gdb stubs: the bridge that makes them KD targets runs within the process, at the other end of a line in memory.
/// So the engine has one way to talk to every kind of kernel.
/// </summary>
public static class ExdiLink
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Connects to the stub, which stops its machine, and serves it on a thread of its own until the link is closed; the machine then runs on.</summary>
    /// <exception cref="LinkOpenException">No stub answers there, or not as one.</exception>
    public static ExdiConnection Open(ExdiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string description = $"gdb stub {options.Host}:{options.Port}";
        InProcessLine line = new(description);
        BridgedTarget target;
        GdbClient? client = null;
        try
        {
            client = GdbClient.Connect(options.Host, options.Port, s_patience);
            target = new BridgedTarget(client, () => new KdSerialLink(line.Target), null, options.Guesses, null, options.Architecture, options.RegisterNames);
        }
        catch (GdbException e)
        {
            client?.Dispose();
            throw new LinkOpenException(LinkOpenFault.Unavailable, e.Message, e);
        }

        new Thread(() => Serve(target, line)) { IsBackground = true, Name = description }.Start();
        return new ExdiConnection(new SerialLink(new ComConnectionOptions(ComMedium.Pipe, description), () => line.Host), target);
    }

    private static void Serve(BridgedTarget target, InProcessLine line)
    {
        using (target)
        {
            try
            {
                target.Run(CancellationToken.None);
                line.Close("The bridge to the stub has ended.");
            }
            catch (GdbException e)
            {
                line.Close(e.Message);
            }
        }
    }
}
