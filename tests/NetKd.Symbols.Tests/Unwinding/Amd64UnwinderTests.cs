using NetKd.Symbols.Images;
using NetKd.Symbols.Unwinding;

namespace NetKd.Symbols.Tests.Unwinding;

/// <summary>What clang does not emit: machine frames, chained parts, shared entries, version 2.</summary>
public sealed class Amd64UnwinderTests
{
    private const ulong Caller = HandMadeImage.Base + 0x7000;

    private const byte PushRbx = 0x30, PushRax = 0x00, PushRdi = 0x70, Allocate32 = 0x32, Epilog = 6, MachineFrame = 0x0A, MachineFrameWithCode = 0x1A, SaveRsi = 0x64;

    private readonly HandMadeImage _memory = new();

    [Theory]
    [InlineData(MachineFrame)]
    [InlineData(MachineFrameWithCode)]
    public void Through_a_trap_to_another_stack(byte kind)
    {
        // push rax; push rbx; sub rsp, 32 above a machine frame.
        uint data = _memory.AddUnwindData(1, 8, 4, 0, 8, Allocate32, 4, PushRbx, 2, PushRax, 0, kind, 0, 0);
        FunctionEntry entry = _memory.AddFunction(0x1000, 0x1100, data);
        _memory.PutCode(0x1040, [.. Enumerable.Repeat((byte)0x90, 64)]);
        ulong trapped = HandMadeImage.Base + 0x7777, otherStack = 0xA000_0000;
        ulong[] error = kind == MachineFrameWithCode ? [0xEE] : [];
        _memory.PutWords(HandMadeImage.Stack, [0, 0, 0, 0, .. (ulong[])[0xB0B, 0xACE, .. error, trapped, 0x10, 0x246, otherStack, 0x18]]);
        Amd64Frame frame = At(0x1040);
        Assert.True(Amd64Unwinder.TryUnwind(_memory, _memory.Image(), entry, frame, out FrameMethod method));
        Assert.Equal(FrameMethod.MachineFrame, method);
        Assert.True(frame.IsExecuting);
        Assert.Equal((trapped, otherStack), (frame.InstructionPointer, frame.StackPointer));
        Assert.Equal(new Amd64MachineState(0x10, 0x18, 0x246), frame.MachineState);
        // The trap saved a volatile register too: it is known, others are not.
        Assert.Equal((0xACEul, 0xB0Bul), (frame.Registers[0], frame.Registers[3]));
        Assert.Equal(1, frame.Known & 0b0000_1111_0000_0111);
    }

    [Fact]
    public void A_chained_part_saves_more_in_its_parents_frame()
    {
        uint parent = _memory.AddUnwindData(1, 6, 2, 0, 6, Allocate32, 1, PushRbx);
        FunctionEntry whole = _memory.AddFunction(0x1000, 0x1010, parent);
        // mov [rsp+16], rsi at its start.
        uint part = _memory.AddUnwindData([1 | 4 << 3, 5, 2, 0, 5, SaveRsi, 2, 0, .. Bytes(whole)]);
        FunctionEntry entry = _memory.AddFunction(0x1010, 0x1040, part);
        _memory.PutCode(0x1010, [.. Enumerable.Repeat((byte)0x90, 96)]);
        _memory.PutWords(HandMadeImage.Stack, 0, 0, 0x51, 0, 0xB0B, Caller);
        UnwindImage image = _memory.Image();
        foreach ((uint at, ulong rsi) in ((uint, ulong)[])[(0x1010, 6), (0x1015, 0x51)])
        {
            Amd64Frame frame = At(at);
            Assert.True(Amd64Unwinder.TryUnwind(_memory, image, entry, frame, out FrameMethod method));
            Assert.Equal(FrameMethod.UnwindData, method);
            Assert.Equal((Caller, HandMadeImage.Stack + 48), (frame.InstructionPointer, frame.StackPointer));
            Assert.Equal((0xB0Bul, rsi), (frame.Registers[3], frame.Registers[6]));
        }
    }

    [Fact]
    public void A_jump_into_a_part_of_the_same_function_is_no_epilogue()
    {
        uint data = _memory.AddUnwindData(1, 1, 1, 0, 1, PushRbx);
        FunctionEntry hot = _memory.AddFunction(0x1000, 0x1040, data);
        FunctionEntry cold = _memory.AddFunction(0x3000, 0x3040, _memory.AddUnwindData([1 | 4 << 3, 0, 0, 0, .. Bytes(hot)]));
        FunctionEntry other = _memory.AddFunction(0x3100, 0x3140, data);
        _memory.PutWords(HandMadeImage.Stack, 0xB0B, Caller);
        UnwindImage image = _memory.Image();
        foreach ((uint from, FunctionEntry within, uint to, bool leaves) in ((uint, FunctionEntry, uint, bool)[])[
            (0x1010, hot, 0x3010, false), (0x3020, cold, 0x1020, false), (0x1010, hot, 0x3100, true), (0x3020, cold, 0x3100, true), (0x1010, hot, 0x6000, true), (0x1010, hot, 0x1020, false), (0x1010, hot, 0x1000, true)])
        {
            _memory.PutCode(from, [0xE9, .. BitConverter.GetBytes(to - from - 5), .. new byte[64]]);
            Amd64Frame frame = At(from);
            Assert.True(Amd64Unwinder.TryUnwind(_memory, image, within, frame, out FrameMethod method));
            Assert.Equal(leaves ? FrameMethod.Epilogue : FrameMethod.UnwindData, method);
            Assert.Equal(leaves ? 0xB0B : Caller, frame.InstructionPointer);
        }

        Assert.NotEqual(other, cold);
    }

    [Theory]
    [InlineData(0x10FF - 3, true)]
    [InlineData(0x1050, true)]
    [InlineData(0x1054, false)]
    [InlineData(0x1030, false)]
    public void Version_2_says_where_the_epilogues_are(uint at, bool leaves)
    {
        // Epilogues of 4 bytes: one at the end, one that begins 0xB0 bytes before it; then push rdi, push rbx.
        uint data = _memory.AddUnwindData(2, 2, 4, 0, 4, Epilog | 0x10, 0xB0, Epilog, 2, PushRdi, 1, PushRbx);
        FunctionEntry entry = _memory.AddFunction(0x1000, 0x1100, data);
        // pop rdi; pop rbx; ret: also where the data does not say so, to see that it is believed.
        _memory.PutCode(at, 0x5F, 0x5B, 0xC3, 0x90);
        _memory.PutWords(HandMadeImage.Stack, 0xD1, 0xB0B, Caller);
        Amd64Frame frame = At(at);
        Assert.True(Amd64Unwinder.TryUnwind(_memory, _memory.Image(), entry, frame, out FrameMethod method));
        Assert.Equal(leaves ? FrameMethod.Epilogue : FrameMethod.UnwindData, method);
        Assert.Equal((Caller, 0xD1ul, 0xB0Bul), (frame.InstructionPointer, frame.Registers[7], frame.Registers[3]));
    }

    [Fact]
    public void An_odd_offset_leads_to_a_shared_entry()
    {
        uint data = _memory.AddUnwindData(1, 1, 1, 0, 1, PushRbx);
        uint shared = _memory.AddUnwindData(Bytes(new FunctionEntry(0x1000, 0x1040, data)));
        FunctionEntry entry = _memory.AddFunction(0x3000, 0x3040, shared | 1);
        _memory.PutCode(0x3000, new byte[80]);
        _memory.PutWords(HandMadeImage.Stack, 0xB0B, Caller);
        Amd64Frame frame = At(0x3000);
        Assert.True(Amd64Unwinder.TryUnwind(_memory, _memory.Image(), entry, frame, out _));
        Assert.Equal((Caller, 0xB0Bul), (frame.InstructionPointer, frame.Registers[3]));
    }

    [Fact]
    public void Without_its_stack_a_frame_stays_as_it_was()
    {
        uint data = _memory.AddUnwindData(1, 6, 2, 0, 6, Allocate32, 1, PushRbx);
        FunctionEntry entry = _memory.AddFunction(0x1000, 0x1040, data);
        _memory.PutCode(0x1010, new byte[64]);
        _memory.PutWords(HandMadeImage.Stack, 0, 0, 0, 0, 0xB0B);
        Amd64Frame frame = At(0x1010);
        Assert.False(Amd64Unwinder.TryUnwind(_memory, _memory.Image(), entry, frame, out _));
        Assert.Equal((HandMadeImage.Base + 0x1010, HandMadeImage.Stack, ushort.MaxValue, 3ul), (frame.InstructionPointer, frame.StackPointer, frame.Known, frame.Registers[3]));
    }

    private static byte[] Bytes(FunctionEntry entry) => [.. BitConverter.GetBytes(entry.Begin), .. BitConverter.GetBytes(entry.End), .. BitConverter.GetBytes(entry.UnwindInfo)];

    private static Amd64Frame At(uint offset)
    {
        Amd64Frame frame = new() { InstructionPointer = HandMadeImage.Base + offset };
        for (int i = 0; i < 16; i++) frame.Registers[i] = (ulong)i;
        frame.StackPointer = HandMadeImage.Stack;
        return frame;
    }
}
