using NetKd.Engine.Modules;
using NetKd.Protocol.Contexts;
using NetKd.Symbols;
using NetKd.Symbols.Unwinding;

namespace NetKd.Engine.Stacks;

/// <summary>A 32-bit x86 stack: by what the PDB says of each function, else by ebp, else by what a call can have left.</summary>
internal sealed class X86Cursor : FrameCursor
{
    private static readonly string[] s_names = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];

    private readonly X86Frame _frame = new();
    private readonly X86Unwinder _unwinder;
    private bool _isInnermost = true;

    public X86Cursor(DebugClient client)
        : base(client)
    {
        for (int i = 0; i < s_names.Length; i++) _frame.Registers[i] = (uint)client.Registers.Get(s_names[i]);
        _frame.InstructionPointer = (uint)client.Registers.InstructionPointer;
        _unwinder = new X86Unwinder(client.Virtual, address => IsReturnAddress(Extend(address)));
    }

    public override ulong InstructionPointer => Extend(_frame.InstructionPointer);

    public override ulong StackPointer => Extend(_frame.Registers[X86Frame.Esp]);

    public override ulong FramePointer => Extend(_frame.Registers[X86Frame.Ebp]);

    public override bool IsExecuting => _frame.IsExecuting;

    public override bool TryMoveOut(out FrameMethod method)
    {
        _isInnermost = false;
        Module? module = FindModule();
        X86FrameData? data = module?.PdbSymbols?.FindX86Frame((uint)(LookupAddress - module.Base));
        return _unwinder.TryUnwind(data, _frame, out method);
    }

    public override FrameContext Capture()
    {
        ContextLayout layout = Client.Registers.Layout;
        if (_isInnermost) return new FrameContext(layout, Client.Registers.CopyContext());
        FrameContext context = new(layout);
        context.Set("eip", _frame.InstructionPointer);
        for (int i = 0; i < s_names.Length; i++)
        {
            if ((_frame.Known >> i & 1) != 0) context.Set(s_names[i], _frame.Registers[i]);
        }

        return context;
    }

    private static ulong Extend(uint address) => unchecked((ulong)(int)address);
}
