using NetKd.Symbols.Unwinding;

namespace NetKd.Engine.Stacks;

/// <summary>A stack of a machine of which only the chain of frame pointers is understood: the caller's frame pointer, then the return address.</summary>
internal sealed class FramePointerCursor(DebugClient client) : FrameCursor(client)
{
    private readonly uint _pointerSize = (uint)client.Target.PointerSize;
    private ulong _ip = client.Registers.InstructionPointer;
    private ulong _stack = client.Registers.StackPointer;
    private ulong _frame = client.Registers.FramePointer;
    private bool _isInnermost = true;

    public override ulong InstructionPointer => _ip;

    public override ulong StackPointer => _stack;

    public override ulong FramePointer => _frame;

    public override bool IsExecuting => _isInnermost;

    public override bool TryMoveOut(out FrameMethod method)
    {
        method = FrameMethod.FramePointer;
        if (_frame < _stack || !Client.Virtual.TryReadPointer(_frame, out ulong callerFrame) || !Client.Virtual.TryReadPointer(_frame + _pointerSize, out ulong returnAddress)) return false;
        _isInnermost = false;
        _ip = returnAddress;
        _stack = _frame + 2 * _pointerSize;
        _frame = callerFrame;
        return true;
    }

    public override FrameContext Capture()
    {
        if (_isInnermost) return new FrameContext(Client.Registers.Layout, Client.Registers.CopyContext());
        FrameContext context = new(Client.Registers.Layout);
        context.Set(context.Layout.InstructionPointer, _ip);
        context.Set(context.Layout.StackPointer, _stack);
        context.Set(context.Layout.FramePointer, _frame);
        return context;
    }
}
