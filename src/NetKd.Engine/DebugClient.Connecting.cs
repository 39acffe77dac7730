using NetKd.Engine.Session;
using NetKd.InProcess.Exdi;
using NetKd.InProcess.Local;
using NetKd.Transport.Com;
using NetKd.Transport.Net;

namespace NetKd.Engine;

/// <summary>The connection: how it is opened, what it was opened with, and what may be changed about it (facts: kernel-debugging-docs, B.1 and B.2).</summary>
public sealed partial class DebugClient
{
    private AttachKernelFlags _attached;
    private ExdiConnection? _exdi;

    /// <summary>
    /// Opens a connection to a kernel. The attach is complete only when <see cref="WaitForEventAsync"/> has returned.
    /// </summary>
    /// <param name="flags">Which kind of kernel.</param>
    /// <param name="connectOptions">What may follow kd's -k, or its -kx for an eXDI driver. A machine behind an eXDI driver is stopped at once. Nothing for the local kernel.</param>
    /// <exception cref="DebugException">Malformed options (E_INVALIDARG), a port in use (E_FAIL), or a local kernel that cannot be looked into (E_NOTIMPL).</exception>
    public void AttachKernel(AttachKernelFlags flags, string connectOptions)
    {
        if (_link is not null) throw new DebugException(DebugException.Unexpected, "This client has a target already: end its session first.");
        _link = flags switch
        {
            AttachKernelFlags.KernelConnection => OpenLink(connectOptions),
            AttachKernelFlags.ExdiDriver => OpenExdi(connectOptions),
            AttachKernelFlags.LocalKernel => OpenLocal(),
            _ => throw new DebugException(DebugException.InvalidArgument, $"{flags} is no kind of kernel."),
        };
        _attached = flags;
        _link.Tap = _options.Tap;
        _link.Notice += notice => WriteOutput(notice.Kind == LinkNoticeKind.Warning ? OutputMask.Warning : OutputMask.Normal, notice.Text + "\n");
        _calls = new TargetCalls(_link, _options, OnUnsolicited, OnSignalDuringCall);
        _connectionText = connectOptions;
        _status = ExecutionStatus.NoDebuggee;
    }

    /// <summary>
    /// The options that were used to connect, as they were given and the same in every state of the session. They hold the key. What they
    /// say can be given to <see cref="AttachKernel"/> again; the text that Microsoft's engine makes of them cannot (facts: kdnet-wire, section 7).
    /// </summary>
    /// <exception cref="DebugException">
    /// There is no kernel connection: none was opened, it failed, it has ended, or the target is behind an eXDI driver (E_UNEXPECTED).
    /// </exception>
    public string GetKernelConnectionOptions()
    {
        KernelConnection();
        return _connectionText;
    }

    /// <summary>
    /// As <see cref="GetKernelConnectionOptions()"/>, into a buffer with a NUL behind the text, as the documented call does.
    /// </summary>
    /// <param name="buffer">Takes the text and its NUL; what does not fit is cut off. May be empty to learn the size.</param>
    /// <param name="optionsSize">Characters of the whole text with its NUL.</param>
    /// <returns>True (S_OK) when the buffer holds the whole text or is empty, false (S_FALSE) when the text was cut.</returns>
    /// <exception cref="DebugException">There is no kernel connection (E_UNEXPECTED).</exception>
    public bool GetKernelConnectionOptions(Span<char> buffer, out int optionsSize)
    {
        string text = GetKernelConnectionOptions();
        optionsSize = text.Length + 1;
        if (buffer.IsEmpty) return true;
        int length = Math.Min(text.Length, buffer.Length - 1);
        text.AsSpan(0, length).CopyTo(buffer);
        buffer[length] = '\0';
        return length == text.Length;
    }

    /// <summary>
    /// Changes the connection: "resync" agrees with the target anew, "cycle_speed" takes the next baud rate of a serial line and does
    /// nothing elsewhere. May be called from any thread, also during a wait.
    /// </summary>
    /// <exception cref="DebugException">There is no kernel connection (E_UNEXPECTED), or no such option (E_NOINTERFACE).</exception>
    public void SetKernelConnectionOptions(string options)
    {
        KdLink link = KernelConnection();
        switch (options)
        {
            case "resync":
                link.Resynchronize();
                EndIdleWait();
                break;
            case "cycle_speed":
                link.CycleSpeed();
                break;
            default:
                throw new DebugException(DebugException.NoInterface, $"\"{options}\" is not a connection option (resync, cycle_speed).");
        }
    }

    /// <summary>
    /// Whether the kernel of this machine can be attached to. S_OK of the documented call is true, S_FALSE false. Windows says whether it was booted
    /// with debugging; on Linux it depends on what the kernel shows to this process.
    /// </summary>
    public static bool IsKernelDebuggerEnabled() => IsKernelDebuggerEnabled(out _);

    /// <summary>As <see cref="IsKernelDebuggerEnabled()"/>, with the reason and what to do, in one line; empty when it can.</summary>
    public static bool IsKernelDebuggerEnabled(out string reason)
    {
        reason = LocalKernelState.WhyNot() ?? "";
        return reason.Length == 0;
    }

    // The documented calls about connection options are for standard live kernel targets only (facts: kernel-debugging-docs, B.2).
    private KdLink KernelConnection()
    {
        if (_link is not { } link) throw NoTarget();
        return _attached == AttachKernelFlags.KernelConnection ? link : throw new DebugException(DebugException.Unexpected, $"{(IsLocalKernel ? "The local kernel" : "An eXDI connection")} has no kernel connection options.");
    }

    /// <summary>Gives a command to the driver of an eXDI connection, here the gdb stub's monitor, and returns its answer. What was read before is forgotten.</summary>
    /// <exception cref="DebugException">There is no stopped eXDI target (E_UNEXPECTED), or the stub refuses (E_FAIL).</exception>
    public string RunExdiCommand(string command)
    {
        ExdiConnection exdi = _exdi ?? throw new DebugException(DebugException.Unexpected, "Only an eXDI connection (-kx) has a stub to give commands to.");
        TargetCalls calls = Calls;
        Registers.Flush();
        lock (calls.Turn)
        {
            bool done = exdi.TryCommand(command, out string answer);
            Virtual.ForgetCache();
            Registers.Forget();
            return done ? answer : throw new DebugException(DebugException.Failed, answer);
        }
    }

    /// <summary>True for the kernel of this machine, which runs on while it is looked into: memory is all there is.</summary>
    public bool IsLocalKernel => _link is not null && _attached == AttachKernelFlags.LocalKernel;

    private bool BreaksInitially => _options.InitialBreak || _attached is AttachKernelFlags.ExdiDriver or AttachKernelFlags.LocalKernel;

    /// <summary>Why something is refused in a local session, for messages.</summary>
    /// <param name="what">What, with its verb: "Registers are".</param>
    public static string LocalKernelRefusal(string what) => $"{what} not available in local kernel debugging: the kernel runs on while it is looked into.";

    /// <summary>Refuses what a kernel that runs on cannot do.</summary>
    internal void RequireHaltable(string what)
    {
        if (IsLocalKernel) throw new DebugException(DebugException.NotImplemented, LocalKernelRefusal(what));
    }

    private static KdLink OpenLocal()
    {
        try
        {
            return LocalLink.Open();
        }
        catch (LinkOpenException e)
        {
            throw new DebugException(DebugException.NotImplemented, LocalKernelState.WhyNot() ?? LocalKernelState.Refuse(e.Message), e);
        }
    }

    private KdLink OpenExdi(string connectOptions)
    {
        try
        {
            ExdiOptions options = ExdiOptions.Parse(connectOptions, Environment.GetEnvironmentVariable);
            WriteOutput(OutputMask.Normal, $"EXDI: connecting to the gdb stub {options.Host}:{options.Port}\n");
            _exdi = ExdiLink.Open(options);
            WriteOutput(OutputMask.Normal, "EXDI: Target initialization succeeded\n");
            return _exdi.Link;
        }
        catch (ConnectionStringException e)
        {
            throw new DebugException(DebugException.InvalidArgument, e.Message, e);
        }
        catch (LinkOpenException e)
        {
            throw new DebugException(DebugException.Failed, e.Message, e);
        }
    }

    private KdLink OpenLink(string connectOptions)
    {
        try
        {
            if (_options.LinkFactory is { } factory) return factory(connectOptions);
            ConnectionOptions options = ConnectionString.Parse(connectOptions);
            KdLink link = options switch
            {
                NetConnectionOptions net => OpenNet(net),
                ComConnectionOptions com => OpenCom(com),
                _ => throw new DebugException(DebugException.NotImplemented, "This transport is not supported."),
            };
            foreach (string warning in options.Warnings) WriteOutput(OutputMask.Warning, $"WARNING: {warning}\n");
            return link;
        }
        catch (ConnectionStringException e)
        {
            throw new DebugException(DebugException.InvalidArgument, e.Message, e);
        }
        catch (PortUnavailableException e)
        {
            throw new DebugException(DebugException.Failed, e.Message, e);
        }
        catch (LinkOpenException e)
        {
            int result = e.Fault switch
            {
                LinkOpenFault.NotFound => DebugException.FileNotFound,
                LinkOpenFault.HostNotFound => DebugException.HostNotFound,
                _ => DebugException.Failed,
            };
            throw new DebugException(result, e.Message, e);
        }
    }

    private SerialLink OpenCom(ComConnectionOptions options)
    {
        SerialLink link = new(options);
        WriteOutput(OutputMask.Normal, link.IsOpen ? $"Opened {link.Description}\n" : $"Waiting for {(options.Medium == ComMedium.Pipe ? "pipe " : "")}{options.Port}\n");
        return link;
    }

    private NetLink OpenNet(NetConnectionOptions options)
    {
        if (options.Key is null && !_options.AllowUnencrypted)
        {
            throw new DebugException(
                DebugException.InvalidArgument,
                "net: needs a key, as in net:port=50000,key=w.x.y.z: the one that the target's set-up printed. (Without a key everybody on the network could read and change the target; --allow-unencrypted permits it.)");
        }

        WriteOutput(OutputMask.Normal, "Using NET for debugging\n");
        NetSockets sockets = NetLink.OpenSockets(options);
        if (options.Families == AddressFamilies.Both)
        {
            if (sockets.LacksIPv6) WriteOutput(OutputMask.Warning, $"WARNING: UDP port {options.Port} is in use on IPv6 by {PortHolder.Describe(options.Port) ?? "another process"}. Will attempt to connect on IPv4 only.\n");
        }
        else
        {
            WriteOutput(OutputMask.Normal, options.Families == AddressFamilies.IPv4 ? "Using IPv4 only.\n" : "Using IPv6 only.\n");
        }

        return new NetLink(options, sockets);
    }
}
