using NetKd.Commands.Disassembly;
using NetKd.Commands.Types;

namespace NetKd.Commands.Session;

/// <summary>What the commands share: the engine, where to print, and what the user has set.</summary>
internal sealed class CommandSession
{
    private readonly Stack<OutputCapture> _captures = [];
    private Disassembler? _disassembler;
    private ushort _disassembledMachine;

    public CommandSession(DebugClient client, ICommandOutput output)
    {
        Client = client;
        Terminal = output;
        Variables = new PseudoRegisters(this);
        Scope = new TargetScope(this);
        Locals = new TargetLocals(this);
        Types = new ModuleTypes(new TargetModules(this), () => Locals.Present);
        Masm = new MasmEvaluator(Scope);
        Cpp = new CppEvaluator(Scope, Masm);
        Names = new AddressNames(client);
        Frame = new CurrentFrame(client);
    }

    public DebugClient Client { get; }

    public PseudoRegisters Variables { get; }

    public TargetScope Scope { get; }

    /// <summary>The variables of the present frame.</summary>
    public TargetLocals Locals { get; }

    /// <summary>The types and variables of the modules.</summary>
    public ModuleTypes Types { get; }

    public MasmEvaluator Masm { get; }

    public CppEvaluator Cpp { get; }

    public AddressNames Names { get; }

    /// <summary>An address in the target's width.</summary>
    public string Address(ulong address) => AddressText.Format(address, Scope.PointerSize);

    /// <summary>The one for the target's machine; amd64's while there is no target.</summary>
    public Disassembler Disassembler
    {
        get
        {
            ushort machine = Client.HasTarget ? Client.Target.MachineType : ContextLayout.MachineAmd64;
            if (_disassembler is null || machine != _disassembledMachine) _disassembler = Disassembler.For(machine, Names.Describe);
            _disassembledMachine = machine;
            return _disassembler;
        }
    }

    public AliasTable Aliases { get; } = new();

    public ICommandOutput Terminal { get; }

    public int Radix { get; set; } = 16;

    /// <summary>Arguments are C++ expressions (<c>.expr /s c++</c>).</summary>
    public bool PrefersCpp { get; set; }

    public RegisterMask RegisterMask { get; set; } = RegisterMask.Default;

    public PromptParts PromptParts { get; set; } = PromptParts.Default;

    /// <summary>What is shown of sources at a stop, and what a step is (<c>l+</c>).</summary>
    public SourceOptions SourceOptions { get; set; }

    /// <summary>The frame whose variables expressions see (<c>.frame</c>).</summary>
    public CurrentFrame Frame { get; }

    /// <summary>The source file and line that <c>ls</c> shows next.</summary>
    public SourcePosition? NextSource { get; set; }

    public LogFile? Log { get; private set; }

    /// <summary>Set by q and its relatives.</summary>
    public EndSessionKind? Ending { get; set; }

    /// <summary>
    /// How a breakpoint's commands want to go on. The rest of such a list is not run
    /// (facts: kernel-debugging-docs, B.4, implicit wait).
    /// </summary>
    public ExecutionStatus? Answer { get; set; }

    public LoopSignal Loop { get; set; }

    /// <summary>True when the commands after the present one are not to be run.</summary>
    public bool LeavesList => Ending is not null || Answer is not null || Loop != LoopSignal.None;

    /// <summary>The address after the last one that a d, u or s command showed.</summary>
    public ulong? NextData { get; set; }

    /// <summary>The address after the last instruction that u showed.</summary>
    public ulong? NextCode { get; set; }

    public bool IsStopped => Client.ExecutionStatus == ExecutionStatus.Break;

    /// <summary>The prompt, such as <c>kd> </c> or, with more than one processor, <c>0: kd> </c>; <c>lkd> </c> for the local kernel.</summary>
    public string Prompt => Client.IsLocalKernel ? "lkd> " : IsStopped && Client.Processors.Count > 1 ? $"{Client.Processors.Current}: kd> " : "kd> ";

    public void WriteLine(string line = "") => Write(line + "\n");

    public void Write(string text)
    {
        if (_captures.TryPeek(out OutputCapture? capture)) capture.Write(text);
        else Write(OutputMask.Normal, text);
    }

    public void Write(OutputMask kind, string text)
    {
        Terminal.Write(kind, text);
        Log?.Write(text);
    }

    public void WriteError(string line) => Write(OutputMask.Error, line + "\n");

    /// <summary>Sends what is printed to a capture until that is disposed.</summary>
    public OutputCapture Capture()
    {
        OutputCapture capture = new(() => _captures.Pop());
        _captures.Push(capture);
        return capture;
    }

    /// <summary>Writes lines until the user cancels.</summary>
    public void WriteLines(IEnumerable<string> lines, CancellationToken cancellation)
    {
        foreach (string line in lines)
        {
            cancellation.ThrowIfCancellationRequested();
            WriteLine(line);
        }
    }

    public void OpenLog(string path, bool append)
    {
        CloseLog();
        Log = LogFile.Open(path, append);
    }

    public void CloseLog()
    {
        Log?.Dispose();
        Log = null;
    }

    /// <summary>Refuses a command that needs the target stopped.</summary>
    public void RequireStopped()
    {
        if (!IsStopped) throw new CommandException("The target is not stopped: wait for it or break in (CTRL+C) first.");
    }

    public ulong Evaluate(CommandCall call) => Variables.LastExpression = Masm.Evaluate(call.Arguments);

    /// <summary>After the target ran, displays start at the program counter again.</summary>
    public void ForgetPositions()
    {
        NextCode = null;
        NextData = null;
        NextSource = null;
        Frame.Reset();
    }
}
