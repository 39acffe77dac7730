using NetKd.Engine.Modules;
using NetKd.Protocol.Contexts;
using NetKd.Symbols;
using NetKd.Symbols.Images;
using NetKd.Symbols.Unwinding;

namespace NetKd.Engine.Stacks;

/// <summary>Walks the current processor's stack: on amd64 by unwind data where the image has it, else by frame pointers.</summary>
public sealed class StackWalker
{
    private static readonly string[] s_registerNames =
        ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

    private readonly DebugClient _client;

    internal StackWalker(DebugClient client) => _client = client;

    /// <summary>Walks from the registers outwards, at most a number of frames.</summary>
    public IReadOnlyList<StackFrame> Walk(int maxFrames, CancellationToken cancellation = default)
    {
        List<StackFrame> frames = [];
        if (_client.Target.MachineType == ContextLayout.MachineAmd64) WalkAmd64(frames, maxFrames, cancellation);
        else WalkFramePointers(frames, maxFrames, cancellation);
        return frames;
    }

    private void WalkAmd64(List<StackFrame> frames, int maxFrames, CancellationToken cancellation)
    {
        Amd64Frame frame = new() { InstructionPointer = _client.Registers.InstructionPointer };
        for (int i = 0; i < s_registerNames.Length; i++) frame.Registers[i] = _client.Registers.Get(s_registerNames[i]);
        FrameMethod method = FrameMethod.Registers;
        while (frames.Count < maxFrames)
        {
            cancellation.ThrowIfCancellationRequested();
            ulong ip = frame.InstructionPointer;
            ulong sp = frame.Registers[Amd64Frame.Rsp];
            ulong fp = frame.Registers[Amd64Frame.Rbp];
            bool unwound = Unwind(frame, executing: frames.Count == 0 || frame.IsInterrupted, out FrameMethod nextMethod);
            ulong returnAddress = unwound ? frame.InstructionPointer : 0;
            frames.Add(new StackFrame(ip, sp, returnAddress, fp, ReadArguments(frame.Registers[Amd64Frame.Rsp], unwound), method));
            // The stack grows down: a caller's frame is above, or the data does not describe one. A trap may have changed stacks.
            if (!unwound || returnAddress == 0 || (frame.Registers[Amd64Frame.Rsp] <= sp && !frame.IsInterrupted)) break;
            method = nextMethod;
        }
    }

    private bool Unwind(Amd64Frame frame, bool executing, out FrameMethod method)
    {
        method = FrameMethod.Leaf;
        Module? module = _client.Modules.FindByAddress(frame.InstructionPointer);
        if (module?.Functions is { Count: > 0 } functions)
        {
            // A return address may lie just behind a call that ends its function: look at the call, not behind it.
            ulong probe = executing ? frame.InstructionPointer : frame.InstructionPointer - 1;
            if (functions.TryFind((uint)(probe - module.Base), out FunctionEntry entry))
            {
                method = FrameMethod.UnwindData;
                return Amd64Unwinder.TryUnwind(_client.Virtual, module.Base, entry, frame);
            }

            if (executing) return Amd64Unwinder.TryUnwind(_client.Virtual, module.Base, null, frame);
        }
        else if (module is not null && executing)
        {
            return Amd64Unwinder.TryUnwind(_client.Virtual, module.Base, null, frame);
        }

        method = FrameMethod.FramePointer;
        return FollowFramePointer(frame);
    }

    private bool FollowFramePointer(Amd64Frame frame)
    {
        ulong fp = frame.Registers[Amd64Frame.Rbp];
        if (fp < frame.Registers[Amd64Frame.Rsp] || fp % 8 != 0) return false;
        if (!_client.Virtual.TryReadPointer(fp, out ulong callerFrame) || !_client.Virtual.TryReadPointer(fp + 8, out ulong returnAddress)) return false;
        if (_client.Modules.FindByAddress(returnAddress) is null) return false;
        frame.Registers[Amd64Frame.Rbp] = callerFrame;
        frame.Registers[Amd64Frame.Rsp] = fp + 16;
        frame.InstructionPointer = returnAddress;
        return true;
    }

    private void WalkFramePointers(List<StackFrame> frames, int maxFrames, CancellationToken cancellation)
    {
        uint pointer = _client.Target.Is64Bit ? 8u : 4u;
        ulong ip = _client.Registers.InstructionPointer;
        ulong sp = _client.Registers.StackPointer;
        ulong fp = _client.Registers.FramePointer;
        FrameMethod method = FrameMethod.Registers;
        while (frames.Count < maxFrames)
        {
            cancellation.ThrowIfCancellationRequested();
            ulong callerFrame = 0, returnAddress = 0;
            bool found = fp >= sp && _client.Virtual.TryReadPointer(fp, out callerFrame) && _client.Virtual.TryReadPointer(fp + pointer, out returnAddress);
            frames.Add(new StackFrame(ip, sp, returnAddress, fp, ReadArguments(fp + 2 * pointer, found), method));
            if (!found || returnAddress == 0 || callerFrame <= fp) break;
            ip = returnAddress;
            sp = fp + 2 * pointer;
            fp = callerFrame;
            method = FrameMethod.FramePointer;
        }
    }

    private ulong[] ReadArguments(ulong address, bool available)
    {
        ulong[] arguments = new ulong[4];
        uint pointer = _client.Target.Is64Bit ? 8u : 4u;
        if (!available) return arguments;
        for (uint i = 0; i < 4; i++) _client.Virtual.TryReadPointer(address + i * pointer, out arguments[i]);
        return arguments;
    }
}
