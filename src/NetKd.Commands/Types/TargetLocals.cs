using NetKd.Commands.Session;
using NetKd.Engine.Modules;
using NetKd.Engine.Registers;
using NetKd.Engine.Stacks;
using NetKd.Symbols.Scopes;

namespace NetKd.Commands.Types;

/// <summary>The variables of the frame that <c>.frame</c> chose, else of the innermost one, whose registers need no walk.</summary>
internal sealed class TargetLocals(CommandSession session)
{
    private const int MaxDepth = 64;

    /// <summary>The present scope; null where no private symbols describe a function.</summary>
    public LocalScope? Present
    {
        get
        {
            if (!session.IsStopped || session.Client.IsLocalKernel) return null;
            if (session.Frame.Chosen is { } frame) return Of(frame.LookupAddress, new FrameRegisters(frame), frame.Inline, innermostInline: false);
            return Of(session.Client.Registers.InstructionPointer, new ProcessorRegisters(session.Client.Registers), null, innermostInline: true);
        }
    }

    /// <summary>The variables of any frame of the stack.</summary>
    public LocalScope? OfFrame(StackFrame frame) => Of(frame.LookupAddress, new FrameRegisters(frame), frame.Inline, innermostInline: false);

    /// <summary>The variables of the function that holds an address, without values.</summary>
    public LocalScope? OfFunction(ulong address) => Of(address, NoRegisters.Instance, null, innermostInline: false);

    private LocalScope? Of(ulong address, IFrameRegisters registers, InlineSite? inline, bool innermostInline)
    {
        if (session.Client.Modules.FindByAddress(address) is not { } module || session.Client.Symbols.IsUnloadedBreakIn(module, address) || TargetModules.Typed(module) is not { } typed) return null;
        uint offset = (uint)(address - module.Base);
        if (typed.Symbols.FindFunction(offset) is not { } function) return null;
        if (innermostInline) inline = Innermost(function.InlineSites, offset, MaxDepth);
        return new LocalScope(typed, function, inline, offset, registers, session.Scope);
    }

    private static InlineSite? Innermost(IReadOnlyList<InlineSite> sites, uint offset, int depth)
    {
        foreach (InlineSite site in sites)
        {
            if (depth > 0 && site.Ranges.Any(range => range.Contains(offset))) return Innermost(site.Sites, offset, depth - 1) ?? site;
        }

        return null;
    }

    private static ReadOnlyMemory<byte> Bytes(RegisterValue value)
    {
        byte[] bytes = new byte[(value.Bits + 7) / 8];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = unchecked((byte)((i < 8 ? value.Low : value.High) >> (8 * (i % 8))));
        return bytes;
    }

    private sealed class ProcessorRegisters(RegisterSet registers) : IFrameRegisters
    {
        public bool IsWritable => true;

        // Where EBP holds the frame; without it only a walk could tell, and the variable is shown as unavailable.
        public ulong VirtualFrame => registers.TryRead("ebp", out RegisterValue frame) && !registers.TryRead("rbp", out _) ? (uint)frame.Low + 4 : 0;

        public ReadOnlyMemory<byte>? Read(string register) => registers.TryRead(register, out RegisterValue value) ? Bytes(value) : null;
    }

    private sealed class FrameRegisters(StackFrame frame) : IFrameRegisters
    {
        public bool IsWritable => false;

        public ulong VirtualFrame => frame.Context.TryRead("ebp", out RegisterValue pointer) && !frame.Context.TryRead("rbp", out _) ? (uint)pointer.Low + 4 : 0;

        public ReadOnlyMemory<byte>? Read(string register) => frame.Context.TryRead(register, out RegisterValue value) ? Bytes(value) : null;
    }

    private sealed class NoRegisters : IFrameRegisters
    {
        public static readonly NoRegisters Instance = new();

        public bool IsWritable => false;

        public ulong VirtualFrame => 0;

        public ReadOnlyMemory<byte>? Read(string register) => null;
    }
}
