using NetKd.Engine.Modules;
using NetKd.Protocol.Contexts;
using NetKd.Symbols.Images;
using NetKd.Symbols.Unwinding;

namespace NetKd.Engine.Stacks;

/// <summary>An arm64 stack: by unwind data where the image has it, else by frame pointers.</summary>
internal sealed class Arm64Cursor : FrameCursor
{
    private readonly Arm64Frame _frame = new();
    private bool _isInnermost = true;

    public Arm64Cursor(DebugClient client)
        : base(client)
    {
        for (int i = 0; i < _frame.Registers.Length; i++) _frame.Registers[i] = client.Registers.Get(Name(i));
        for (int i = 0; i < _frame.Vectors.Length; i++)
        {
            if (client.Registers.TryRead($"v{i}", out Registers.RegisterValue vector)) _frame.Vectors[i] = new UInt128(vector.High, vector.Low);
        }

        _frame.StackPointer = client.Registers.StackPointer;
        _frame.InstructionPointer = client.Registers.InstructionPointer;
    }

    public override ulong InstructionPointer => _frame.InstructionPointer;

    public override ulong StackPointer => _frame.StackPointer;

    public override ulong FramePointer => _frame.Registers[Arm64Frame.FramePointer];

    public override bool IsExecuting => _frame.IsExecuting;

    public override bool TryMoveOut(out FrameMethod method)
    {
        _isInnermost = false;
        Module? module = FindModule();
        if (UnwindDataOf(module) is { } image)
        {
            uint offset = (uint)(LookupAddress - image.Base);
            if (image.Functions.TryFind(offset, out FunctionEntry entry) && Arm64Unwinder.Holds(image, entry, offset))
                return Arm64Unwinder.TryUnwind(Client.Virtual, image, entry, _frame, out method);
            if (IsExecuting) return Arm64Unwinder.TryUnwind(Client.Virtual, image, null, _frame, out method);
        }

        method = FrameMethod.Guess;
        if (module is null && IsExecuting && Arm64Edges.IsOutsideFrame(Client, InstructionPointer) && TryTakeLink()) return true;
        method = FrameMethod.FramePointer;
        if (TryFollowFramePointer()) return true;
        method = FrameMethod.Guess;
        return IsExecuting && TryTakeLink();
    }

    public override FrameContext Capture()
    {
        ContextLayout layout = Client.Registers.Layout;
        if (_isInnermost) return new FrameContext(layout, Client.Registers.CopyContext());
        FrameContext context = new(layout);
        context.Set("pc", _frame.InstructionPointer);
        context.Set("sp", _frame.StackPointer);
        for (int i = 0; i < _frame.Registers.Length; i++)
        {
            if ((_frame.Known >> i & 1) != 0) context.Set(Name(i), _frame.Registers[i]);
        }

        // Callers keep the low half of a vector; the other is shown as zero rather than nothing.
        for (int i = 0; i < _frame.Vectors.Length; i++)
        {
            if ((_frame.KnownVectors >> i & 1) != 0) context.Set($"v{i}", _frame.Vectors[i]);
        }

        return context;
    }

    private static string Name(int register) => register switch
    {
        Arm64Frame.FramePointer => "fp",
        Arm64Frame.Link => "lr",
        _ => $"x{register}",
    };

    private bool TryFollowFramePointer()
    {
        ulong fp = FramePointer;
        if (fp < StackPointer || fp % 8 != 0) return false;
        if (!Client.Virtual.TryReadPointer(fp, out ulong callerFrame) || !Client.Virtual.TryReadPointer(fp + 8, out ulong link)) return false;
        if (!TryReturn(link, fp + 16)) return false;
        _frame.Registers[Arm64Frame.FramePointer] = callerFrame;
        return true;
    }

    // A call to nowhere, and code outside every module at its start.
    private bool TryTakeLink() => TryReturn(_frame.Registers[Arm64Frame.Link], StackPointer);

    private bool TryReturn(ulong link, ulong stack)
    {
        ulong address = Arm64Unwinder.StripSignature(link);
        if (!IsReturnAddress(address)) return false;
        _frame.ForgetVolatile();
        _frame.InstructionPointer = address;
        _frame.StackPointer = stack;
        _frame.IsExecuting = false;
        return true;
    }
}
