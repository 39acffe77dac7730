using System.Reflection;
using NetKd.Commands.Execution;
using NetKd.Protocol.Net;
using NetKd.Transport;

namespace NetKd.Commands.Control;

/// <summary>About the target and the connection: <c>vertarget</c>, <c>.lastevent</c>, <c>.reboot</c>, <c>.kdtrans</c> and others.</summary>
internal sealed class TargetCommands(CommandSession session, Func<CancellationToken, Task> waitForTargetAsync) : ICommandGroup
{
    // The engine stops at every exception and handles module events by itself; sx shows that, changing it is not there yet.
    private static readonly string[] s_filters =
    [
        "  ld - Load module - output",
        "  ud - Unload module - ignore",
        " out - Debuggee output - output",
        "",
        "   * - All exceptions - break",
    ];

    public IEnumerable<Command> Commands =>
    [
        new("vertarget", new("vertarget", "Shows what the target is.", "vertarget"), ShowTarget) { IsWord = true },
        new("version", new("version", "Shows what target, connection and debugger are.", "version"), ShowVersion) { IsWord = true },
        new(".time", new(".time", "Shows the target's time and uptime at its first stop.", ".time"), ShowTime) { IsWord = true },
        new(".lastevent", new(".lastevent", "Shows why the target stopped last.", ".lastevent"), ShowLastEvent) { IsWord = true },
        new(".exr", new(".exr -1", "Shows the exception of the last stop.", ".exr -1"), ShowException) { IsWord = true },
        new(".bugcheck", new(".bugcheck", "Shows the code and parameters of the target's bug check.", ".bugcheck"), ShowBugCheck) { IsWord = true },
        new(".reboot", new(".reboot", "Restarts the target's machine and waits for it.", ".reboot"), RebootAsync) { IsWord = true },
        new(".crash", new(".crash", "Stops the target with bug check E2.", ".crash"), CrashAsync) { IsWord = true },
        new(".restart", new(".restart", "Ends the connection and makes it anew.", ".restart"), RestartAsync) { IsWord = true },
        new(".kdtrans", new(".kdtrans", "Shows the connection and its counters.", ".kdtrans"), ShowTransport) { IsWord = true },
        new("sx", new("sx", "Lists which events stop the target.", "sx"), ShowFilters) { IsWord = true },
        new(".shell", new(".shell", "Not available: a debugger session runs nothing on this machine.", ".help"), RefuseShell) { IsWord = true },
    ];

    private void ShowTarget(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        session.RequireStopped();
        session.WriteLines(TargetText.Version(session.Client.Target, session.Client.Processors.Count), call.Cancellation);
    }

    private void ShowVersion(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        if (session.IsStopped) ShowTarget(call);
        // kd prints the key here; a version report is what people paste into messages, so this one masks it.
        session.WriteLine(Connection());
        session.WriteLine();
        session.WriteLine($"NetKd Kernel Debugger Version {ProductVersion}");
    }

    private string Connection()
    {
        try
        {
            return $"Remote KD: KdSrv:Server=@{{<Local>}},Trans=@{{{ConnectionString.Parse(session.Client.GetKernelConnectionOptions()).MaskedText}}}";
        }
        catch (DebugException e) when (e.HResult == DebugException.Unexpected)
        {
            return session.Client.IsLocalKernel ? "Local kernel" : $"eXDI: {session.Client.LinkDescription}";
        }
    }

    private static string ProductVersion =>
        typeof(TargetCommands).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?";

    private void ShowTime(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        session.RequireStopped();
        session.WriteLines(TargetText.Time(session.Client.Target), call.Cancellation);
    }

    private void ShowLastEvent(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        if (session.Client.LastEvent is not { } last) throw new CommandException("There was no event yet.");
        session.WriteLine($"Last event: {EventReport.Describe(last)}");
        session.WriteLine($"  debugger time: {TimeText.WithOffset(last.Time)}");
    }

    private void ShowException(CommandCall call)
    {
        string which = call.Arguments.ReadWord();
        if (which != "-1") throw call.Arguments.Error("Only .exr -1, the last exception, is there: syntax error");
        if (session.Client.LastEvent is not { Kind: not (DebugEventKind.LoadModule or DebugEventKind.UnloadModule) } last)
            throw new CommandException("The last event was no exception.");
        session.WriteLine($"ExceptionAddress: {session.Address(last.Exception.Address)} ({session.Names.DescribeOrNumber(last.Exception.Address)})");
        session.WriteLine($"   ExceptionCode: {last.Exception.Code:x8} ({EventReport.ExceptionName(last.Exception.Code)})");
        session.WriteLine($"  ExceptionFlags: {last.Exception.Flags:x8}");
        session.WriteLine($"NumberParameters: {last.Exception.ParameterCount}");
        if (last.Exception.ParameterCount > 0) session.WriteLine($"   Parameter[0]: {last.Exception.Information0:x16}");
        if (last.Exception.ParameterCount > 1) session.WriteLine($"   Parameter[1]: {last.Exception.Information1:x16}");
    }

    private void ShowBugCheck(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        session.RequireStopped();
        ulong address = session.Client.Data.ReadPointer(DebuggerDataField.KiBugcheckData);
        byte[] bytes = new byte[5 * sizeof(ulong)];
        if (address == 0 || session.Client.Virtual.Read(address, bytes, call.Cancellation) != bytes.Length)
            throw new CommandException("The target's bug check data cannot be read: it has no debugger data block, or an old one.");
        session.WriteLine($"Bugcheck code {BitConverter.ToUInt32(bytes):X8}");
        session.WriteLine("Arguments " + string.Join(' ', Enumerable.Range(1, 4).Select(i => AddressText.Format(BitConverter.ToUInt64(bytes, i * sizeof(ulong))))));
    }

    private async Task RebootAsync(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        session.RequireStopped();
        session.Client.Reboot();
        session.WriteLine("The target restarts. Waiting to reconnect...");
        session.ForgetPositions();
        await waitForTargetAsync(call.Cancellation).ConfigureAwait(false);
    }

    private async Task CrashAsync(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        session.RequireStopped();
        session.Client.Crash();
        session.ForgetPositions();
        await waitForTargetAsync(call.Cancellation).ConfigureAwait(false);
    }

    private async Task RestartAsync(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        string options = session.Client.GetKernelConnectionOptions();
        session.Client.EndSession(EndSessionKind.Passive);
        session.ForgetPositions();
        session.Client.AttachKernel(AttachKernelFlags.KernelConnection, options);
        await waitForTargetAsync(call.Cancellation).ConfigureAwait(false);
    }

    private void ShowTransport(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        if (session.Client.LinkStatistics is not { } statistics) throw new CommandException("There is no connection.");
        session.WriteLine($"Connection:       {session.Client.LinkDescription}");
        session.WriteLine($"Requests:         {session.Client.RequestCount}");
        session.WriteLine($"Packets:          {statistics.PacketsSent} sent, {statistics.PacketsReceived} received");
        session.WriteLine($"Datagrams:        {statistics.DatagramsSent} sent ({statistics.BytesSent} bytes), {statistics.DatagramsReceived} received ({statistics.BytesReceived} bytes)");
        session.WriteLine($"Retransmissions:  {statistics.Retransmissions} ({statistics.ResendRequests} more asked of the target)");
        session.WriteLine($"Duplicates:       {statistics.Duplicates}");
        session.WriteLine($"Replays:          {statistics.Replays}");
        session.WriteLine($"Resyncs:          {statistics.Resynchronizations}");
        session.WriteLine($"Pokes:            {statistics.Pokes}");
        session.WriteLine($"Round trip:       {statistics.RoundTrip.TotalMilliseconds:f3} ms");
        session.WriteLine($"Refused:          {statistics.RejectedTotal}");
        foreach (DatagramFault fault in Enum.GetValues<DatagramFault>())
        {
            if (statistics.Rejected(fault) > 0) session.WriteLine($"  {fault,-15} {statistics.Rejected(fault)}");
        }
    }

    private void ShowFilters(CommandCall call)
    {
        call.Arguments.ExpectEnd();
        session.WriteLines(s_filters, call.Cancellation);
    }

    private static void RefuseShell(CommandCall call) =>
        throw new CommandException(".shell is not available: use another terminal, or the shell that started netkd.");
}
