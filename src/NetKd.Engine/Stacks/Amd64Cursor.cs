using NetKd.Engine.Modules;
using NetKd.Engine.Symbols;
using NetKd.Linux.Orc;
using NetKd.Protocol.Contexts;
using NetKd.Symbols.Images;
using NetKd.Symbols.Unwinding;

namespace NetKd.Engine.Stacks;

/// <summary>An amd64 stack: by unwind data where the image has it, else by frame pointers, else by what a call can have left.</summary>
internal sealed class Amd64Cursor : FrameCursor
{
    private static readonly string[] s_names =
        ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

    private readonly Amd64Frame _frame = new();
    private bool _isInnermost = true;

    public Amd64Cursor(DebugClient client)
        : base(client)
    {
        for (int i = 0; i < s_names.Length; i++)
        {
            _frame.Registers[i] = client.Registers.Get(s_names[i]);
            if (client.Registers.TryRead($"xmm{i}", out Registers.RegisterValue vector)) _frame.Vectors[i] = new UInt128(vector.High, vector.Low);
        }

        _frame.InstructionPointer = client.Registers.InstructionPointer;
    }

    public override ulong InstructionPointer => _frame.InstructionPointer;

    public override ulong StackPointer => _frame.StackPointer;

    public override ulong FramePointer => _frame.Registers[Amd64Frame.Rbp];

    public override bool IsExecuting => _frame.IsExecuting;

    public override bool TryMoveOut(out FrameMethod method)
    {
        _isInnermost = false;
        Module? module = FindModule();
        if (module is not null && LinuxSymbols.IsKernel(module)) return TryMoveOutOfLinux(module, out method);
        if (UnwindDataOf(module) is { } image)
        {
            if (image.Functions.TryFind((uint)(LookupAddress - image.Base), out FunctionEntry entry))
                return Amd64Unwinder.TryUnwind(Client.Virtual, image, entry, _frame, out method);
            if (IsExecuting) return Amd64Unwinder.TryUnwind(Client.Virtual, image, null, _frame, out method);
        }

        return TryMoveOutByGuess(out method);
    }

    public override FrameContext Capture()
    {
        ContextLayout layout = Client.Registers.Layout;
        if (_isInnermost) return new FrameContext(layout, Client.Registers.CopyContext());
        FrameContext context = new(layout);
        context.Set("rip", _frame.InstructionPointer);
        for (int i = 0; i < s_names.Length; i++)
        {
            if ((_frame.Known >> i & 1) != 0) context.Set(s_names[i], _frame.Registers[i]);
            if ((_frame.KnownVectors >> i & 1) != 0) context.Set($"xmm{i}", _frame.Vectors[i]);
        }

        if (_frame.MachineState is not { } machine) return context;
        context.Set("efl", machine.Flags);
        context.Set("cs", machine.CodeSegment);
        context.Set("ss", machine.StackSegment);
        return context;
    }

    // Where its table says nothing, in code that is not C, nothing is certain.
    private bool TryMoveOutOfLinux(Module kernel, out FrameMethod method)
    {
        if (Client.SymbolLoading.Linux.UnwindingOf(kernel) is not { } table || !table.TryFind(Client.Virtual, LookupAddress, out OrcEntry entry)) return TryMoveOutByGuess(out method);
        method = FrameMethod.UnwindData;
        if (entry.Kind == OrcKind.End) return false;
        return OrcUnwinder.TryUnwind(Client.Virtual, entry, _frame, out method) || TryMoveOutByGuess(out method);
    }

    private bool TryMoveOutByGuess(out FrameMethod method)
    {
        method = FrameMethod.FramePointer;
        if (TryFollowFramePointer()) return true;
        method = FrameMethod.Guess;
        return IsExecuting && TryTakeTop();
    }

    private bool TryFollowFramePointer()
    {
        ulong fp = FramePointer;
        if (fp < StackPointer || fp % 8 != 0) return false;
        if (!Client.Virtual.TryReadPointer(fp, out ulong callerFrame) || !Client.Virtual.TryReadPointer(fp + 8, out ulong returnAddress)) return false;
        if (!IsReturnAddress(returnAddress)) return false;
        Return(returnAddress, fp + 16);
        _frame.Registers[Amd64Frame.Rbp] = callerFrame;
        return true;
    }

    // A call to nowhere, and code outside every module at its start.
    private bool TryTakeTop()
    {
        if (!Client.Virtual.TryReadPointer(StackPointer, out ulong returnAddress)) return false;
        if (!IsReturnAddress(returnAddress)) return false;
        Return(returnAddress, StackPointer + 8);
        return true;
    }

    private void Return(ulong address, ulong stack)
    {
        _frame.ForgetVolatile();
        _frame.InstructionPointer = address;
        _frame.StackPointer = stack;
        _frame.IsExecuting = false;
    }
}
