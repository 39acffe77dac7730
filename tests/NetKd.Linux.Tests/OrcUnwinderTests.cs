using NetKd.Linux.Orc;
using NetKd.Symbols;
using NetKd.Symbols.Unwinding;

namespace NetKd.Linux.Tests;

/// <summary>Frames of a Linux kernel by entries of its unwind table, on hand-made stacks. The real ones are in the tests of a Debian kernel.</summary>
public sealed class OrcUnwinderTests
{
    private const ulong Stack = 0xFFFFC900_00001000;

    [Fact]
    public void A_call_leaves_its_return_address_below_the_callers_stack_pointer()
    {
        Words memory = new() { [Stack + 0x18] = 0x1111, [Stack + 0x10] = 0xB0B };
        Amd64Frame frame = Frame();
        Assert.True(OrcUnwinder.TryUnwind(memory, new OrcEntry(OrcKind.Call, OrcBase.Rsp, 0x20, OrcBase.PreviousStack, -0x10), frame, out FrameMethod method));
        Assert.Equal((FrameMethod.UnwindData, 0x1111ul, Stack + 0x20, 0xB0Bul, false), (method, frame.InstructionPointer, frame.StackPointer, frame.Registers[Amd64Frame.Rbp], frame.IsExecuting));
        Assert.Equal(1 << Amd64Frame.Rsp | 1 << Amd64Frame.Rbp, frame.Known);
    }

    [Theory]
    [InlineData(OrcBase.Rbp, 0x10, 0x110ul)]
    [InlineData(OrcBase.RbpIndirect, -8, 0x200ul)]
    [InlineData(OrcBase.RspIndirect, 8, 0x308ul)]
    [InlineData(OrcBase.R10, 0, 0x400ul)]
    public void The_stack_pointer_may_be_elsewhere(OrcBase from, short offset, ulong expected)
    {
        // rbp points 0x100 above the stack, r10 0x400; a word before rbp leads to 0x200, one on top of the stack to 0x300.
        Words memory = new() { [Stack + 0xF8] = Stack + 0x200, [Stack] = Stack + 0x300, [Stack + expected - 8] = 0x2222 };
        Amd64Frame frame = Frame();
        Assert.True(OrcUnwinder.TryUnwind(memory, new OrcEntry(OrcKind.Call, from, offset, OrcBase.Undefined, 0), frame, out _));
        Assert.Equal((0x2222ul, Stack + expected, Stack + 0x100), (frame.InstructionPointer, frame.StackPointer, frame.Registers[Amd64Frame.Rbp]));
    }

    [Theory]
    [InlineData(OrcKind.Registers, 0x80)]
    [InlineData(OrcKind.InterruptFrame, 0)]
    public void Interrupted_code_goes_on_with_what_was_saved(OrcKind kind, int pushed)
    {
        ulong saved = Stack + (ulong)pushed;
        Words memory = new() { [saved] = 0x3333, [saved + 8] = 0x10, [saved + 16] = 0x246, [saved + 24] = Stack + 0x900, [saved + 32] = 0x18 };
        for (ulong at = Stack; at < saved; at += 8) memory[at] = at - Stack;
        Amd64Frame frame = Frame();
        Assert.True(OrcUnwinder.TryUnwind(memory, new OrcEntry(kind, OrcBase.Rsp, 0, OrcBase.Undefined, 0), frame, out FrameMethod method));
        Assert.Equal((FrameMethod.MachineFrame, 0x3333ul, Stack + 0x900, true), (method, frame.InstructionPointer, frame.StackPointer, frame.IsExecuting));
        Assert.Equal(new Amd64MachineState(0x10, 0x18, 0x246), frame.MachineState);
        Assert.Equal(kind == OrcKind.Registers ? 0x20 : Stack + 0x100, frame.Registers[Amd64Frame.Rbp]);
    }

    [Fact]
    public void What_is_not_known_moves_nothing()
    {
        Amd64Frame frame = Frame();
        frame.Known = 1 << Amd64Frame.Rsp;
        foreach (OrcEntry entry in (OrcEntry[])
        [
            new(OrcKind.Undefined, OrcBase.Rsp, 8, OrcBase.Undefined, 0), new(OrcKind.End, OrcBase.Undefined, 0, OrcBase.Undefined, 0),
            new(OrcKind.Call, OrcBase.Rbp, 8, OrcBase.Undefined, 0), new(OrcKind.Call, OrcBase.Rsp, 8, OrcBase.Undefined, 0), new(OrcKind.Call, (OrcBase)15, 8, OrcBase.Undefined, 0),
        ])
        {
            Assert.False(OrcUnwinder.TryUnwind(new Words(), entry, frame, out _));
            Assert.Equal(Stack, frame.StackPointer);
        }
    }

    private static Amd64Frame Frame()
    {
        Amd64Frame frame = new() { StackPointer = Stack };
        frame.Registers[Amd64Frame.Rbp] = Stack + 0x100;
        frame.Registers[10] = Stack + 0x400;
        return frame;
    }

    private sealed class Words : Dictionary<ulong, ulong>, IAddressReader
    {
        public int Read(ulong address, Span<byte> destination)
        {
            int done = 0;
            for (; done < destination.Length && TryGetValue(address + (ulong)done, out ulong word); done += 8) BitConverter.TryWriteBytes(destination[done..], word);
            return done;
        }
    }
}
