using System.Runtime.InteropServices;
using NetKd.Commands;
using NetKd.Engine;
using NetKd.Engine.Events;

namespace NetKd.Cli.Kd;

/// <summary>The conversation: waits for the target, runs the start commands, then line after line until somebody ends it.</summary>
internal sealed class KdSession(
    DebugClient client, CommandInterpreter interpreter, ICommandInput input, KdOptions options, TextOutput text, JsonOutput? json) : IDisposable
{
    // A script without a terminal has nobody to press CTRL+C; it may be waiting for a machine that boots.
    private static readonly TimeSpan s_unattendedWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_endOfInputPoll = TimeSpan.FromMilliseconds(50);

    private readonly SessionKeys _keys = new(client, interpreter, text);
    private readonly CancellationTokenSource _leave = new();
    private CancellationTokenSource _current = new();
    private DebugEvent? _reported;
    private bool _failed;
    private bool _lost;
    private bool _askedBefore;

    /// <summary>Runs the conversation and returns the exit code.</summary>
    public async Task<int> RunAsync(bool isTerminal)
    {
        Console.CancelKeyPress += OnCancelKey;
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnTerminate);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnTerminate);
        try
        {
            TimeSpan wait = options.Wait ?? (isTerminal ? Timeout.InfiniteTimeSpan : s_unattendedWait);
            if (!await WaitForTargetAsync(wait).ConfigureAwait(false)) return ExitCode.NoTarget;
            EndSessionKind? ending = await RunStartCommandsAsync().ConfigureAwait(false);
            ending ??= await ConverseAsync().ConfigureAwait(false);
            client.EndSession(ending.Value);
            return _lost ? ExitCode.NoConnection : _failed ? ExitCode.CommandFailed : ExitCode.Done;
        }
        finally
        {
            Console.CancelKeyPress -= OnCancelKey;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _leave.Dispose();
        _current.Dispose();
    }

    private async Task<bool> WaitForTargetAsync(TimeSpan wait)
    {
        if (json is null && !options.IsLocal) text.Write(OutputMask.Normal, $"Waiting to reconnect... ({client.LinkDescription})\n");
        _current.Dispose();
        _current = CancellationTokenSource.CreateLinkedTokenSource(_leave.Token);
        _current.CancelAfter(wait);
        try
        {
            await interpreter.WaitForTargetAsync(_current.Token).ConfigureAwait(false);
            Report(null, CommandResult.Completed);
            return true;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine(client.IsConnected
                ? "netkd: the target is connected but did not stop: -b breaks in as soon as it connects"
                : $"netkd: no target connected: {client.WhyNotConnected} (netkd doctor examines this machine and the port)");
            client.EndSession(EndSessionKind.ActiveDetach);
            return false;
        }
    }

    private async Task<EndSessionKind?> RunStartCommandsAsync()
    {
        foreach (string? line in (string?[])[options.ScriptFile is { } file ? $"$$<{file}" : null, options.Commands])
        {
            if (line is null) continue;
            if (json is null) text.Write(OutputMask.Normal, $"kd: Reading initial command '{line}'\n");
            CommandResult result = await ExecuteAsync(line, endsWithInput: false).ConfigureAwait(false);
            _failed |= result.Status == CommandStatus.Failed;
            if (result.Status == CommandStatus.Quit) return result.Ending;
            if (_leave.IsCancellationRequested) return EndSessionKind.ActiveDetach;
        }

        return null;
    }

    private async Task<EndSessionKind> ConverseAsync()
    {
        try
        {
            // At the end of the input the target runs on: nobody is left to let it go.
            while (await input.ReadLineAsync(interpreter.Prompt, _leave.Token).ConfigureAwait(false) is { } line)
            {
                if (ControlKey.Parse(line) is { } key)
                {
                    if (await _keys.PressAsync(key).ConfigureAwait(false) is { } ending) return ending;
                    continue;
                }

                interpreter.Echo(line, display: input is PipedInput && json is null);
                CommandResult result = await ExecuteAsync(line, endsWithInput: true).ConfigureAwait(false);
                if (result.Status == CommandStatus.Quit) return result.Ending;
            }
        }
        catch (OperationCanceledException) when (_leave.IsCancellationRequested)
        {
            // Told to end: leave as at the end of the input.
        }

        return EndSessionKind.ActiveDetach;
    }

    private async Task<CommandResult> ExecuteAsync(string line, bool endsWithInput)
    {
        _current.Dispose();
        _current = CancellationTokenSource.CreateLinkedTokenSource(_leave.Token);
        Task<CommandResult> execution = interpreter.ExecuteAsync(line, _current.Token);
        while (endsWithInput && !execution.IsCompleted)
        {
            await Task.WhenAny(execution, Task.Delay(s_endOfInputPoll)).ConfigureAwait(false);
            // g as the last line of a script: the target runs, and nobody waits for its next stop.
            if (!execution.IsCompleted && input.HasEnded && client.ExecutionStatus == ExecutionStatus.Go) await _current.CancelAsync().ConfigureAwait(false);
        }

        CommandResult result = await execution.ConfigureAwait(false);
        _lost = result.HResult == DebugException.ConnectionLost || (_lost && result.Status == CommandStatus.Failed);
        Report(line, result);
        return result;
    }

    private void Report(string? line, CommandResult result)
    {
        if (json is null) return;
        if (client.LastEvent is { } last && !ReferenceEquals(last, _reported)) json.WriteEvent(last);
        _reported = client.LastEvent;
        json.WriteResult(line, result);
    }

    // CTRL+C stops a running target, else it cancels the command; twice without a connection it gives up (kd would wait forever).
    private void OnCancelKey(object? sender, ConsoleCancelEventArgs e)
    {
        e.Cancel = true;
        if (client.ExecutionStatus == ExecutionStatus.Break || (!client.IsConnected && _askedBefore)) _current.Cancel();
        else client.SetInterrupt(InterruptKind.Active);
        _askedBefore = !client.IsConnected;
    }

    private void OnTerminate(PosixSignalContext context)
    {
        context.Cancel = true;
        _leave.Cancel();
    }
}
