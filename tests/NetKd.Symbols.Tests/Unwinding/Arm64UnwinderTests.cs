using NetKd.Symbols.Images;
using NetKd.Symbols.Unwinding;

namespace NetKd.Symbols.Tests.Unwinding;

/// <summary>Hand-made arm64 stacks: each prologue is carried out on paper, instruction by instruction, and unwound from every place in it.</summary>
public sealed class Arm64UnwinderTests
{
    private const ulong Top = HandMadeImage.Stack + 0x1000;
    private const ulong Return = HandMadeImage.Base + 0x7000;

    private readonly HandMadeImage _memory = new(MachineType.Arm64);

    [Fact]
    public void From_every_place_of_a_function_to_its_caller()
    {
        // stp x19, x20, [sp, #-64]!; stp x21, x22 next; stp d8, d9, [sp, #32]; stp fp, lr, [sp, #48]; add fp, sp, #48; sub sp, #32.
        byte[] codes = [0x02, 0xE2, 6, 0x46, 0xD8, 0x04, 0xE6, 0x28, 0xE4, 0xE3, 0xE3, 0xE3];
        Run(codes, prologue: 6, length: 60, frame =>
        [
            () => Push(frame, 64, (0, 19), (8, 20)),
            () => Save(frame, (16, 21), (24, 22)),
            () => SaveDoubles(frame, (32, 8), (40, 9)),
            () => Save(frame, (48, 29), (56, 30)),
            () => frame.Registers[29] = frame.StackPointer + 48,
            () => frame.StackPointer -= 32,
        ]);
    }

    [Fact]
    public void A_signed_return_address_loses_its_signature()
    {
        // pacibsp; stp fp, lr, [sp, #-16]!; mov fp, sp.
        byte[] codes = [0xE1, 0x81, 0xFC, 0xE4];
        Run(codes, prologue: 3, length: 40, frame =>
        [
            () => frame.Registers[30] |= 0x002A_0000_0000_0000,
            () => Push(frame, 16, (0, 29), (8, 30)),
            () => frame.Registers[29] = frame.StackPointer,
        ]);
        Assert.Equal(0xFFFF_F800_1234_5678ul, Arm64Unwinder.StripSignature(0x12B3_F800_1234_5678));
    }

    [Fact]
    public void Packed_data_is_the_prologue_that_it_stands_for()
    {
        // Flag 1, 15 instructions, RegF 1, RegI 3, H, CR 3, frame of 176: the first store makes room for 3 + 2 + 8 words, rounded up.
        uint packed = 1 | 15 << 2 | 1 << 13 | 3 << 16 | 1 << 20 | 3 << 21 | 11u << 23;
        FunctionEntry entry = _memory.AddFunction(0x1000, 0, packed);
        Check(entry, prologue: 9, epilogueAt: 15 - 5, frame =>
        [
            () => Push(frame, 112, (0, 19), (8, 20)),
            () => Save(frame, (16, 21)),
            () => SaveDoubles(frame, (24, 8), (32, 9)),
            () => { }, () => { }, () => { }, () => { },
            () => Push(frame, 64, (0, 29), (8, 30)),
            () => frame.Registers[29] = frame.StackPointer,
        ]);
    }

    [Fact]
    public void Through_a_machine_frame_and_a_trap_frame()
    {
        ulong trapped = HandMadeImage.Base + 0x5555, other = 0xA000_0000;
        FunctionEntry machine = _memory.AddFunction(0x1000, 0, _memory.AddUnwindData([.. Header(64, 0, 1), 0xE9, 0xE4, 0xE3, 0xE3]));
        FunctionEntry trap = _memory.AddFunction(0x1100, 0, _memory.AddUnwindData([.. Header(64, 0, 1), 0xE8, 0xE4, 0xE3, 0xE3]));
        UnwindImage image = _memory.Image();
        _memory.PutWords(HandMadeImage.Stack, other, trapped);
        Arm64Frame frame = At(0x1010, HandMadeImage.Stack);
        Assert.True(Arm64Unwinder.TryUnwind(_memory, image, machine, frame, out FrameMethod method));
        Assert.Equal((FrameMethod.MachineFrame, true, trapped, other), (method, frame.IsExecuting, frame.InstructionPointer, frame.StackPointer));

        _memory.PutWords(HandMadeImage.Stack, new ulong[0x150 / 8]);
        _memory.PutWords(HandMadeImage.Stack + 0x98, [other, .. Enumerable.Range(0, 19).Select(i => 0x100ul + (ulong)i), 0x11E, 0x11D, trapped]);
        frame = At(0x1110, HandMadeImage.Stack);
        Assert.True(Arm64Unwinder.TryUnwind(_memory, image, trap, frame, out method));
        Assert.Equal((FrameMethod.MachineFrame, true, trapped, other), (method, frame.IsExecuting, frame.InstructionPointer, frame.StackPointer));
        Assert.Equal((0x100ul, 0x112ul, 0x11Dul, 0x11Eul), (frame.Registers[0], frame.Registers[18], frame.Registers[29], frame.Registers[30]));
        Assert.Equal(0x7FFF_FFFFu, frame.Known);
    }

    [Fact]
    public void A_part_without_a_prologue_of_its_own_undoes_its_parents()
    {
        // end_c first: nothing of what follows is code of this part.
        FunctionEntry part = _memory.AddFunction(0x1000, 0, _memory.AddUnwindData([.. Header(16, 0, 1), 0xE5, 0x81, 0xE4, 0xE3]));
        UnwindImage image = _memory.Image();
        _memory.PutWords(HandMadeImage.Stack, 0xF9, Return);
        Arm64Frame frame = At(0x1000, HandMadeImage.Stack);
        Assert.True(Arm64Unwinder.TryUnwind(_memory, image, part, frame, out _));
        Assert.Equal((Return, HandMadeImage.Stack + 16, 0xF9ul), (frame.InstructionPointer, frame.StackPointer, frame.Registers[29]));
    }

    // Version 0, one epilogue at the end whose codes begin at an index.
    private static byte[] Header(int length, int index, int codeWords) => BitConverter.GetBytes((uint)(length / 4) | 1u << 21 | (uint)index << 22 | (uint)codeWords << 27);

    private void Run(byte[] codes, int prologue, int length, Func<Arm64Frame, Action[]> instructions)
    {
        FunctionEntry entry = _memory.AddFunction(0x1000, 0, _memory.AddUnwindData([.. Header(length, 0, codes.Length / 4), .. codes]));
        // The epilogue mirrors the prologue and returns.
        Check(entry, prologue, length / 4 - prologue - 1, instructions);
    }

    private void Check(FunctionEntry entry, int prologue, int epilogueAt, Func<Arm64Frame, Action[]> instructions)
    {
        UnwindImage image = _memory.Image();
        Arm64Frame start = At(entry.Begin, Top);
        Arm64Frame frame = start.Copy();
        Action[] steps = instructions(frame);
        Assert.Equal(prologue, steps.Length);
        for (int i = 0; i <= steps.Length; i++)
        {
            frame.InstructionPointer = HandMadeImage.Base + entry.Begin + 4 * (ulong)i;
            Arm64Frame caller = frame.Copy();
            Assert.True(Arm64Unwinder.TryUnwind(_memory, image, entry, caller, out FrameMethod method), $"instruction {i}");
            Assert.Equal(FrameMethod.UnwindData, method);
            Assert.True(start.Registers[30] == caller.InstructionPointer, $"instruction {i}: {caller.InstructionPointer:x}");
            Assert.Equal(Top, caller.StackPointer);
            Assert.Equal(start.Registers[19..30], caller.Registers[19..30]);
            Assert.Equal(start.Vectors[8..10], caller.Vectors[8..10]);
            if (i < steps.Length) steps[i]();
        }

        // The return, behind everything that was undone.
        Arm64Frame last = start.Copy();
        last.InstructionPointer = HandMadeImage.Base + entry.Begin + 4ul * (ulong)(epilogueAt + (entry.UnwindInfo & 3) switch { 0 => prologue, _ => 4 });
        Assert.True(Arm64Unwinder.TryUnwind(_memory, image, entry, last, out FrameMethod left));
        Assert.Equal((FrameMethod.Epilogue, Top, start.Registers[30]), (left, last.StackPointer, last.InstructionPointer));
    }

    private static Arm64Frame At(uint offset, ulong stack)
    {
        Arm64Frame frame = new() { InstructionPointer = HandMadeImage.Base + offset, StackPointer = stack };
        for (int i = 0; i < 31; i++) frame.Registers[i] = 0x1000ul + (ulong)i;
        for (int i = 0; i < 32; i++) frame.Vectors[i] = 0x2000ul + (ulong)i;
        frame.Registers[30] = Return;
        return frame;
    }

    private void Push(Arm64Frame frame, int size, params (int Offset, int Register)[] saves)
    {
        frame.StackPointer -= (ulong)size;
        _memory.PutWords(frame.StackPointer, new ulong[size / 8]);
        Save(frame, saves);
    }

    private void Save(Arm64Frame frame, params (int Offset, int Register)[] saves)
    {
        foreach ((int offset, int register) in saves)
        {
            _memory.PutWords(frame.StackPointer + (ulong)offset, frame.Registers[register]);
            if (register != 30) frame.Registers[register] = 0xBAD;
        }
    }

    private void SaveDoubles(Arm64Frame frame, params (int Offset, int Register)[] saves)
    {
        foreach ((int offset, int register) in saves)
        {
            _memory.PutWords(frame.StackPointer + (ulong)offset, (ulong)frame.Vectors[register]);
            frame.Vectors[register] = 0xBAD;
        }
    }
}
