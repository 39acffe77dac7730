using NetKd.Commands.Breakpoints;
using NetKd.Commands.Control;
using NetKd.Commands.Disassembly;
using NetKd.Commands.Execution;
using NetKd.Commands.Memory;
using NetKd.Commands.Modules;
using NetKd.Commands.Registers;
using NetKd.Commands.Sources;
using NetKd.Commands.Stacks;
using NetKd.Commands.Types;

namespace NetKd.Commands;

/// <summary>
/// The command language of kernel debuggers over a <see cref="DebugClient"/>. One line at a time; what it prints goes to the output
/// it was made with. Not for several threads at once.
/// </summary>
public sealed class CommandInterpreter : IDisposable
{
    // Scripts call scripts, breakpoint commands contain lists; a circle must end before the stack does.
    private const int MaxNesting = 64;

    private readonly CommandSession _session;
    private readonly EventReport _report;
    private readonly TargetRunner _runner;
    private readonly CommandTable _table = new();
    private Command? _last;
    private int _nesting;

    /// <summary>An interpreter for a client that may not be attached yet.</summary>
    public CommandInterpreter(DebugClient client, ICommandOutput output)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(output);
        _session = new CommandSession(client, output);
        client.Output += WriteEngineOutput;
        client.SymbolLoading.ShowProgress = progress => output.ShowProgress(progress is null ? null : DownloadText.Line(progress));
        _report = new EventReport(_session);
        _runner = new TargetRunner(_session, _report) { RunCommandsAsync = RunListAsync };
        foreach (ICommandGroup group in (ICommandGroup[])
        [
            new GoCommands(_session, _runner),
            new StepCommands(_session, _runner, _report),
            new BreakpointCommands(_session),
            new DisplayCommands(_session),
            new StringDisplayCommands(_session),
            new EnterCommands(_session),
            new BlockCommands(_session),
            new SearchCommand(_session),
            new TransferCommands(_session),
            new PhysicalCommands(_session),
            new PortCommands(_session),
            new DisassemblyCommands(_session),
            new FunctionCommand(_session),
            new RegisterCommands(_session, _report),
            new StackCommands(_session),
            new ModuleCommands(_session),
            new ReloadCommand(_session),
            new ExamineCommand(_session),
            new NearestCommand(_session),
            new SourceCommands(_session),
            new SourceOptionCommands(_session),
            new SymbolOptionCommands(_session),
            new ImageCommands(_session),
            new SymbolPathCommands(_session),
            new ExpressionCommands(_session),
            new DisplayTypeCommand(_session, _session.Types),
            new DisplayVariablesCommand(_session, _session.Locals),
            new ProcessorCommands(_session, RunStatementAsync),
            new AliasCommands(_session),
            new FlowCommands(_session, RunListAsync),
            new OutputCommands(_session),
            new TargetCommands(_session, WaitForTargetAsync),
            new ExdiCommand(_session),
            new SessionCommands(_session),
            new HelpCommands(_session, _table),
        ])
        {
            _table.Add(group);
        }
    }

    /// <summary>The prompt to show now.</summary>
    public string Prompt => _session.Prompt;

    /// <summary>The names of all commands, for completion.</summary>
    public IEnumerable<string> CommandNames => _table.All.Select(command => command.Name);

    /// <summary>The symbol search path, as <c>-y</c> and <c>.sympath</c> set it.</summary>
    public string SymbolPath
    {
        get => _session.Client.SymbolLoading.Path.ToString();
        set => _session.Client.SymbolLoading.Path = NetKd.Symbols.Stores.SymbolPath.Parse(value);
    }

    /// <summary>Starts a log file, as <c>.logopen</c> does.</summary>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public void OpenLog(string path, bool append) => _session.OpenLog(path, append);

    /// <summary>
    /// Puts the prompt and a line into the log, and with <paramref name="display"/> on the screen: for input that nobody sees being
    /// typed, so that outputs have their questions before them.
    /// </summary>
    public void Echo(string line, bool display)
    {
        if (display) _session.WriteLine(Prompt + line);
        else _session.Log?.Write($"{Prompt}{line}\n");
    }

    /// <summary>
    /// Waits for the target's first stop and introduces it, as kd does after connecting. Cancelling leaves the target running.
    /// </summary>
    public async Task WaitForTargetAsync(CancellationToken cancellation = default)
    {
        _session.Client.SymbolLoading.Patience = cancellation;
        await _session.Client.WaitForEventAsync(cancellation).ConfigureAwait(false);
        _session.WriteLine(TargetText.Connected(_session.Client.Target));
        if (!_session.Client.IsLocalKernel) _session.WriteLine("Kernel Debugger connection established.");
        _session.WriteLine($"Symbol search path is: {SymbolPath}");
        _session.WriteLines(TargetText.Version(_session.Client.Target, _session.Client.Processors.Count), cancellation);
        if (_session.Client is { IsLocalKernel: false, LastEvent: { } debugEvent }) _report.Write(debugEvent);
    }

    /// <summary>Executes a line. An empty one repeats the last command that can be repeated.</summary>
    public async Task<CommandResult> ExecuteAsync(string line, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(line);
        _session.Ending = null;
        _session.Loop = LoopSignal.None;
        _session.Client.SymbolLoading.Patience = cancellation;
        _nesting = 0;
        try
        {
            if (string.IsNullOrWhiteSpace(line)) await RepeatAsync(cancellation).ConfigureAwait(false);
            else await RunListAsync(line, cancellation).ConfigureAwait(false);
            return _session.Ending is { } ending
                ? new CommandResult(CommandStatus.Quit, Ending: ending)
                : CommandResult.Completed;
        }
        catch (CommandException e)
        {
            _session.WriteError(e.Render(_session.Prompt.Length));
            return new CommandResult(CommandStatus.Failed, e.Message, CommandResult.CommandFailed);
        }
        catch (DebugException e)
        {
            _session.WriteError(e.Message);
            return new CommandResult(CommandStatus.Failed, e.Message, e.HResult);
        }
        catch (OperationCanceledException)
        {
            return new CommandResult(CommandStatus.Cancelled);
        }
    }

    /// <summary>Closes the log.</summary>
    public void Dispose()
    {
        _session.Client.Output -= WriteEngineOutput;
        _session.CloseLog();
    }

    // The target's text is hostile input: escape sequences in it must not reach the user's terminal.
    private void WriteEngineOutput(object? sender, OutputEventArgs e) => _session.Write(e.Mask, StringText.WithoutControls(e.Text));

    private async Task RepeatAsync(CancellationToken cancellation)
    {
        if (_last is { Repeats: true } command)
            await command.RunAsync(new CommandCall(command.Name, new ArgumentReader(command.Name, command.Name.Length), cancellation)).ConfigureAwait(false);
    }

    private async Task RunListAsync(string text, CancellationToken cancellation)
    {
        if (++_nesting > MaxNesting) throw new CommandException($"Command lists nested deeper than {MaxNesting}.");
        foreach (CommandStatement statement in CommandList.Split(_session.Aliases.Expand(text)))
        {
            cancellation.ThrowIfCancellationRequested();
            await RunStatementAsync(statement, cancellation).ConfigureAwait(false);
            if (_session.LeavesList) break;
        }

        _nesting--;
    }

    private async Task RunStatementAsync(CommandStatement statement, CancellationToken cancellation)
    {
        string text = statement.Text;
        if (ScriptFile.TryRead(text, out string script))
        {
            await RunListAsync(script, cancellation).ConfigureAwait(false);
            return;
        }

        // "1r" and "2k" look at another processor without switching to it (facts: kernel-debugging-docs, D.0).
        if (char.IsAsciiDigit(text[0])) text = "~" + text;
        ArgumentReader reader = new(text, 0, statement.Offset);
        Command command = _table.Match(text) ?? throw Unknown(reader);
        if (_session.Client.IsLocalKernel && LocalKernelLimits.Refusal(command.Name) is { } refusal) throw new CommandException(refusal);
        reader.Position = command.Name.Length;
        await command.RunAsync(new CommandCall(command.Name, reader, cancellation)).ConfigureAwait(false);
        _last = command;
    }

    private static CommandException Unknown(ArgumentReader reader) =>
        reader.Text[0] == '!'
            ? new CommandException($"No extension command '{reader.Text.Split(' ')[0]}' here; .help lists the commands.")
            : reader.ErrorAtEnd("Syntax error");
}
